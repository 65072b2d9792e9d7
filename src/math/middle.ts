/**
 * The median; of an even number of values the mean of the two in the middle. Leaves the values as they are.
 *
 * @param values - one at least, none of them NaN.
 * @example
 * middleOf(Float64Array.of(3, 1, 2, 10)) // 2.5
 */
export function middleOf(values: Float64Array): number {
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  if (sorted.length % 2 === 1) return upper
  const lower = sorted[half - 1] as number
  const sum = lower + upper
  return Number.isFinite(sum) ? sum / 2 : lower / 2 + upper / 2
}
