/**
 * Whether numbers in a row rise or fall: the Mann-Kendall test, and the noise about their trend.
 *
 * Counts the pairs whose later number is larger, less those whose later one is smaller. Only the order counts, so that one number far
 * out weighs no more than any other. Where numbers resemble those before them, even without the trend, the count varies more: by
 * (1 + r) / (1 − r) for many of them, r the correlation in a row of what is left when the trend is taken out. O(n²).
 *
 * @see Mann, "Nonparametric tests against trend", 1945; Kendall, "Rank correlation methods", 1975; Hamed and Rao, "A modified
 * Mann-Kendall trend test for autocorrelated data", 1998.
 */
export interface Trend {
  /** Sigmas; above 0 it rises. */
  sigmas: number
  /** Least squares: per step, and the number at the middle. */
  slope: number
  middle: number
  /** Standard deviation about the line. */
  noise: number
}

const MOST_ECHO = 0.95

/**
 * The trend of the first `count` numbers, 3 at least, written into `trend`.
 *
 * @param places - where each number stands, in steps; rising.
 */
export function measureTrend(numbers: Float64Array, places: Float64Array, count: number, trend: Trend): void {
  const centre = middleOfPlaces(places, count)
  line(numbers, places, count, centre, trend)
  const r = echo(numbers, places, count, centre, trend)
  const variance = (count * (count - 1) * (2 * count + 5)) / 18
  const more = pairs(numbers, count)
  // One pair in doubt: the count is whole.
  const sure = Math.sign(more) * Math.max(0, Math.abs(more) - 1)
  trend.sigmas = sure / Math.sqrt(variance * inflation(r, count))
}

function pairs(numbers: Float64Array, count: number): number {
  let more = 0
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) more += Math.sign((numbers[i] as number) - (numbers[j] as number))
  }
  return more
}

function middleOfPlaces(places: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += (places[i] as number) / count
  return sum
}

function line(numbers: Float64Array, places: Float64Array, count: number, centre: number, trend: Trend): void {
  let mean = 0
  for (let i = 0; i < count; i++) mean += (numbers[i] as number) / count
  let product = 0
  let square = 0
  for (let i = 0; i < count; i++) {
    const place = (places[i] as number) - centre
    product += place * ((numbers[i] as number) - mean)
    square += place * place
  }
  trend.middle = mean
  trend.slope = product / square
}

/** The correlation in a row of what is off the line, put right for its bias; and the noise. */
function echo(numbers: Float64Array, places: Float64Array, count: number, centre: number, trend: Trend): number {
  let power = 0
  let product = 0
  let last = 0
  for (let i = 0; i < count; i++) {
    const off = (numbers[i] as number) - trend.middle - trend.slope * ((places[i] as number) - centre)
    power += off * off
    product += off * last
    last = off
  }
  trend.noise = Math.sqrt(power / (count - 2))
  if (power === 0) return 0
  const found = product / power
  return Math.min(MOST_ECHO, Math.max(0, found + (2 + 4 * found) / count))
}

/** 1 + 2 Σ (1 − k / n) r^k for k from 1: by how much the variance of sums of n numbers is larger. */
function inflation(r: number, count: number): number {
  const power = r ** count
  return 1 + (2 * r * (count * (1 - r) - (1 - power))) / (count * (1 - r) * (1 - r))
}
