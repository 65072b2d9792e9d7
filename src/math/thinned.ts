/**
 * A history that is fine where it is recent and coarse where it is old: eight levels of 16 points each, where a point of one level stands for four
 * of the level before, by the mean of the two in the middle. So the last 16 values are kept as they are, and 262,144 of them by 16 points, and a tenth of
 * the values may be anything. Plain data of 264 numbers; O(1) a value, a third more for the levels.
 */
export interface Thinned {
  readonly times: Float64Array
  readonly values: Float64Array
  /** Points of each level so far. */
  readonly counts: Float64Array
}

export const LEVELS = 8
export const POINTS = 16
export const FACTOR = 4

export function emptyThinned(): Thinned {
  return {
    times: new Float64Array(LEVELS * POINTS),
    values: new Float64Array(LEVELS * POINTS),
    counts: new Float64Array(LEVELS),
  }
}

/** Takes a value in; answers with the number of levels that have got a point. */
export function addPoint(history: Thinned, time: number, value: number): number {
  let [at, point] = [time, value]
  for (let level = 0; level < LEVELS; level++) {
    push(history, level, at, point)
    if ((history.counts[level] as number) % FACTOR !== 0) return level + 1
    const end = level * POINTS + pointsOf(history, level)
    at = meanOfLast(history.times, end)
    point = middleOfLast(history.values, end)
  }
  return LEVELS
}

function meanOfLast(numbers: Float64Array, end: number): number {
  let mean = 0
  for (let i = end - FACTOR; i < end; i++) mean += (numbers[i] as number) / FACTOR
  return mean
}

/** Of four numbers all but the smallest and the largest. */
function middleOfLast(numbers: Float64Array, end: number): number {
  const [a, b, c, d] = numbers.subarray(end - FACTOR, end) as unknown as [number, number, number, number]
  const [low, high] = [Math.max(Math.min(a, b), Math.min(c, d)), Math.min(Math.max(a, b), Math.max(c, d))]
  return low / 2 + high / 2
}

/** How many points a level has. */
export function pointsOf({ counts }: Thinned, level: number): number {
  return Math.min(POINTS, counts[level] as number)
}

/** The latest at the end. */
function push({ times, values, counts }: Thinned, level: number, time: number, value: number): void {
  const start = level * POINTS
  const count = counts[level] as number
  const at = start + Math.min(count, POINTS - 1)
  if (count >= POINTS) {
    times.copyWithin(start, start + 1, start + POINTS)
    values.copyWithin(start, start + 1, start + POINTS)
  }
  times[at] = time
  values[at] = value
  counts[level] = count + 1
}
