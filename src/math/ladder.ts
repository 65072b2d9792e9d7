/** How often numbers of each size came: a histogram of even steps whose counts fade. Plain data. */
export interface Ladder {
  /** Weight on each step, lowest first. */
  readonly steps: Float64Array
  /** Their sum. */
  total: number
}

const STEPS = 512
const LOWEST = -8
const WIDTH = 1 / 16
/** The tail begins where so much weight lies above. */
const TAIL = 8
/** Weights are grown instead of fading the past, and brought down again here. */
const HEAVY = 1e100

/** An empty one, of numbers from −8 to 24 in steps of 1/16; what lies outside counts on the last step. Meant for logarithms. */
export function ladder(): Ladder {
  return { steps: new Float64Array(STEPS), total: 0 }
}

/** Puts weight on a number's step. O(1). */
export function put(ladder: Ladder, number: number, weight: number): void {
  const at = Math.floor(placeOf(number))
  ladder.steps[at] = (ladder.steps[at] as number) + weight
  ladder.total += weight
}

/** Divides all weights by `unit`, what one ordinary number weighs by now, when that has grown large. Whether it had. */
export function lighten(ladder: Ladder, unit: number): boolean {
  if (unit < HEAVY) return false
  for (let i = 0; i < STEPS; i++) ladder.steps[i] = (ladder.steps[i] as number) / unit
  ladder.total /= unit
  return true
}

/**
 * The natural logarithm of the share of numbers that lie above `number`.
 *
 * Counted where at least eight ordinary weights lie above. Further out it goes down a straight line, whose slope is the mean
 * excess of the eight highest: an exponential tail in these numbers, so a Pareto tail when they are logarithms (Hill's estimate).
 * O(steps).
 *
 * @param unit - what one ordinary number weighs by now, above 0.
 * @see Hill, "A simple general approach to inference about the tail of a distribution", 1975.
 */
export function logShareAbove({ steps, total }: Ladder, number: number, unit: number): number {
  const place = placeOf(number)
  const step = Math.floor(place)
  const enough = TAIL * unit
  let above = (steps[step] as number) * (step + 1 - place)
  for (let i = step + 1; i < STEPS; i++) above += steps[i] as number
  if (above >= enough) return Math.log((above + unit / 2) / (total + unit))
  if (total <= enough) return 0
  let top = 0
  let low = STEPS - 1
  while (top + (steps[low] as number) < enough) top += steps[low--] as number
  const part = enough - top
  const start = low + 1 - part / (steps[low] as number)
  let excess = (part * (low + 1 - start)) / 2
  for (let i = low + 1; i < STEPS; i++) excess += (steps[i] as number) * (i + 0.5 - start)
  const slope = Math.max(excess / enough, SHORTEST)
  return Math.log((enough + unit / 2) / (total + unit)) - Math.max(0, place - start) / slope
}

/** A tail is not taken for shorter than so many steps: eight numbers may happen to be alike. */
const SHORTEST = 0.25

function placeOf(number: number): number {
  return Math.min(STEPS - 1e-6, Math.max(0, (number - LOWEST) / WIDTH))
}
