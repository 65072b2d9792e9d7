/**
 * The share of an exponential memory that a span of time replaces: `1 − 2^(−Δt / halfLife)`.
 *
 * Remembers its last answer, because most series arrive at a steady pace: then it costs a comparison.
 *
 * @param halfLife - milliseconds until what is remembered counts half; above 0.
 * @example
 * const forgotten = forgetting(600_000)
 * forgotten(600_000) // 0.5
 */
export function forgetting(halfLife: number): (gap: number) => number {
  const rate = -Math.LN2 / halfLife
  let lastGap = 0
  let lastShare = 0
  return (gap) => {
    if (gap !== lastGap) {
      lastGap = gap
      lastShare = -Math.expm1(rate * gap)
    }
    return lastShare
  }
}
