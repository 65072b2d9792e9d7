/**
 * Evidence, summed up over standard normal numbers, that their mean has moved up or down; and how much they resemble each other.
 *
 *     up = max(0, keep × up + slope × (z − pass))          the chance of up > S is about e^(−0.583 − S) where pass = slope / 2
 *
 * @see Page, "Continuous inspection schemes", 1954; Siegmund, "Sequential analysis", 1985, on the overshoot of 0.583.
 */
export interface Cusum {
  up: number
  down: number
  /** The last number, the mean product of two in a row, and the mean square. */
  last: number
  echo: number
  power: number
  /** By how much sums of these numbers vary more than sums of independent normal ones. */
  inflation: number
}

/** Numbers in a row resemble each other at most so much. */
const MOST_ECHO = 0.95
/** A mean square is not taken for less, nor for less than that of a Gaussian without its tails where evidence is weighed. */
const LEAST_POWER = 0.1
const USUAL_POWER = 0.92
/** The most evidence, one way: there is nothing to gain beyond it, and more to make up for when all is well again. */
const MOST = 40

export function emptyCusum(): Cusum {
  return { up: 0, down: 0, last: 0, echo: 0, power: 1, inflation: 1 }
}

/**
 * The larger evidence of the two after another number: how unlikely such a run of numbers is, as a natural logarithm.
 *
 * Numbers that resemble each other say less than as many independent ones: by (1 + r) / (1 − r), r their correlation in a row.
 *
 * @param keep - what is left of the evidence so far, 0 to 1.
 * @param slope - times the weight of this number, 0 to 1.
 * @param pass - the mean that is let pass.
 */
export function evidence(cusum: Cusum, z: number, keep: number, slope: number, pass: number): number {
  const sum = Math.max(keep * cusum.up + slope * (z - pass), keep * cusum.down - slope * (z + pass))
  return Math.min(MOST, Math.max(0, sum) / cusum.inflation)
}

/** Takes the number in as evidence. */
export function accumulate(cusum: Cusum, z: number, keep: number, slope: number, pass: number): void {
  const most = MOST * cusum.inflation
  cusum.up = Math.min(most, Math.max(0, keep * cusum.up + slope * (z - pass)))
  cusum.down = Math.min(most, Math.max(0, keep * cusum.down - slope * (z + pass)))
}

/**
 * Learns from a usual number, as this share of the memory, how much it resembles the one before.
 *
 * A correlation r of n numbers comes out too small by (1 + 4 r) / n: that is put right (Kendall, "Note on bias in the estimation of
 * autocorrelation", 1954).
 */
export function learnEcho(cusum: Cusum, z: number, share: number): void {
  cusum.echo += share * (z * cusum.last - cusum.echo)
  cusum.power = Math.max(LEAST_POWER, cusum.power + share * (z * z - cusum.power))
  cusum.last = z
  const found = cusum.echo / cusum.power
  const r = Math.min(MOST_ECHO, Math.max(0, found + ((1 + 4 * found) * share) / 2))
  cusum.inflation = (Math.max(USUAL_POWER, cusum.power) * (1 + r)) / (1 - r)
}

export function clear(cusum: Cusum): void {
  cusum.up = 0
  cusum.down = 0
}
