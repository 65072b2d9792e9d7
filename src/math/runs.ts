/**
 * How long runs of equal values last: for runs of each length, how often they might have ended there and how often they did.
 *
 * Lengths are counted in repeats and put together by powers of two: no repeat, 1 to 2, 3 to 6, 7 to 14 and so on. A length never seen
 * is taken to end runs 0.7 times as often as the one before it. One array; O(log length), allocates nothing.
 *
 * @see Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958.
 */
export type Runs = Float64Array

/** Up to 2^20 repeats by themselves; the last length has no end. */
const LENGTHS = 20
const ENDS = LENGTHS
/** A length is taken to end runs so much less often than the one before it, as if that had been seen so many times. */
const PRIOR = 2
const LESS = 0.7
/** Before anything is seen, a value is taken to be repeated one time of two. */
const FIRST_END = 0.5
const LEAST_END = 1e-9

export function emptyRuns(): Runs {
  return new Float64Array(2 * LENGTHS)
}

/**
 * The share of values, as a natural logarithm, that are the so many-th repeat of their run or a later one.
 *
 *     share(n) = Σ S(j) for j ≥ n / Σ S(j) for j ≥ 0        S(j): the chance that a run reaches j repeats
 *
 * @param unit - the weight that counts as one value.
 */
export function logShare(runs: Runs, repeats: number, unit: number): number {
  const prior = PRIOR * unit
  let ends = FIRST_END
  let reach = 1 // S at the length's beginning
  let all = 0
  let log = 0 // of S at `repeats`
  let rest = 0 // Σ S(j) / S(repeats) for j ≥ repeats
  let ratio = 0 // S at the length's beginning / S(repeats)
  for (let at = 0, from = 0; at < LENGTHS; at++) {
    ends = ((runs[ENDS + at] as number) + prior * ends) / ((runs[at] as number) + prior)
    const end = Math.min(1 - LEAST_END, Math.max(LEAST_END, ends))
    const until = at === LENGTHS - 1 ? Infinity : 2 ** (at + 1) - 1
    const step = Math.log1p(-end)
    const lost = -Math.expm1((until - from) * step)
    all += (reach * lost) / end
    if (repeats < until) {
      const begin = Math.max(from, repeats)
      if (begin === repeats) {
        log += (repeats - from) * step
        ratio = 1
      }
      const over = -Math.expm1((until - begin) * step)
      rest += (ratio * over) / end
      ratio *= 1 - over
    } else log += (until - from) * step
    reach *= 1 - lost
    from = until
    ends *= LESS
    if (ratio < 1e-9 && rest > 0 && reach < 1e-9) break
  }
  return Math.min(0, log + Math.log(rest / all))
}

/** Takes in a run that is over: how often it was repeated, and the weight of each of its values. */
export function learnRun(runs: Runs, repeats: number, weight: number): void {
  for (let at = 0, from = 0; from <= repeats; at++) {
    const until = at === LENGTHS - 1 ? Infinity : 2 ** (at + 1) - 1
    const last = repeats < until
    runs[at] = (runs[at] as number) + weight * (last ? repeats + 1 - from : until - from)
    if (last) runs[ENDS + at] = (runs[ENDS + at] as number) + weight
    from = until
  }
}

/** Scales all weights. */
export function fade(runs: Runs, keep: number): void {
  for (let i = 0; i < runs.length; i++) runs[i] = keep * (runs[i] as number)
}
