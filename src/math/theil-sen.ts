import { middleOf } from './middle.js'

/** A straight line through numbers in time. */
export interface Line {
  /** A moment in the middle, and the line's value there. */
  centre: number
  value: number
  /** Per unit of time. */
  slope: number
  /** What a slope may be off by, as one sigma. */
  doubt: number
  /** What numbers are off the line, as one sigma. */
  noise: number
}

/** A Gaussian's median distance in sigmas. */
const MAD = 0.6744897501960817
/** The slope's sigma is so much larger than that of least squares, where the noise is Gaussian. */
const INEFFICIENCY = 1.05

/**
 * Theil's and Sen's line, written into `line`: its slope is the median of the slopes between any two numbers, and half of the numbers lie above it.
 * Up to 29 % of the numbers may be anything. O(n² log n).
 *
 * @param times - one for each number; where all are the same, the slope is 0.
 * @see Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950; Sen, "Estimates of the regression
 * coefficient based on Kendall's tau", 1968.
 */
export function layLine(times: Float64Array, values: Float64Array, line: Line): void {
  const count = times.length
  let centre = 0
  for (let i = 0; i < count; i++) centre += (times[i] as number) / count
  const slope = medianSlope(times, values)
  const off = values.map((value, i) => value - slope * ((times[i] as number) - centre))
  const value = middleOf(off)
  const noise = middleOf(off.map((each) => Math.abs(each - value))) / MAD
  let square = 0
  for (let i = 0; i < count; i++) square += ((times[i] as number) - centre) ** 2
  line.centre = centre
  line.value = value
  line.slope = slope
  line.noise = noise
  line.doubt = square > 0 ? (INEFFICIENCY * noise) / Math.sqrt(square) : 0
}

function medianSlope(times: Float64Array, values: Float64Array): number {
  const count = times.length
  const slopes = new Float64Array((count * (count - 1)) / 2)
  let pairs = 0
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const apart = (times[i] as number) - (times[j] as number)
      if (apart > 0) slopes[pairs++] = ((values[i] as number) - (values[j] as number)) / apart
    }
  }
  return pairs === 0 ? 0 : middleOf(slopes.subarray(0, pairs))
}
