/**
 * How values are distributed, by exponential weights: counts in buckets about an anchor, narrow near it and wider outwards.
 *
 * Place i of a value is `middle + asinh((value − origin) / unit) / width`, so that buckets about the origin are 0.08 units wide and those far
 * out 8 % of their distance. Values beyond 75 units share the last bucket. When the values move or spread, the sketch is anchored
 * anew and its counts are dealt out over the new buckets. Adding is O(1); nothing is allocated but when it is anchored anew.
 *
 * @see Cormode et al., "Forward decay: a practical time decay model for streaming systems", 2009: new values weigh more, old ones stay.
 */
export interface Sketch {
  origin: number
  /** Above 0. */
  unit: number
  /** Of all weights. */
  total: number
  /** Sum of the squares of weights, where they add up to 1: as many values as its inverse are remembered. */
  squares: number
  readonly counts: Float64Array
}

/** Odd, so that a bucket has the origin in its middle. */
export const BUCKETS = 129
const MIDDLE = (BUCKETS - 1) / 2
const WIDTH = 5 / MIDDLE
/** Weights grow with time; at this sum they are scaled back to 1. */
const FULL = 2 ** 200

/** A last bucket may hold this share, or this many values. */
const OVERFLOW = 0.01
const FEW = 2.5

/** Quantiles that make up the unit: a Gaussian's sigmas between the two, and how much they weigh. */
const SPANS = [
  { tail: 0.25, sigmas: 1.349, part: 1 },
  { tail: 0.05, sigmas: 3.29, part: 0.5 },
  { tail: 0.01, sigmas: 4.653, part: 0.5 },
  { tail: 0.002, sigmas: 5.756, part: 0.25 },
]

/** Where in the buckets a value falls; the whole part is the bucket's number. */
export function placeOf(sketch: Sketch, value: number): number {
  const place = MIDDLE + 0.5 + Math.asinh((value - sketch.origin) / sketch.unit) / WIDTH
  return Math.min(BUCKETS - 1e-9, Math.max(0, place))
}

/** The value at a place: the inverse of {@link placeOf}. */
export function valueAtPlace(sketch: Sketch, place: number): number {
  return sketch.origin + sketch.unit * Math.sinh((place - MIDDLE - 0.5) * WIDTH)
}

/**
 * Takes a value in.
 *
 * @param share - of the memory that it replaces, 0 to below 1. The first value is all there is.
 */
export function addTo(sketch: Sketch, value: number, share: number): void {
  const weight = sketch.total > 0 ? (sketch.total * share) / (1 - share) : 1
  const at = Math.floor(placeOf(sketch, value))
  sketch.counts[at] = (sketch.counts[at] as number) + weight
  sketch.squares = sketch.total > 0 ? (1 - share) * (1 - share) * sketch.squares + share * share : 1
  sketch.total += weight
  if ((at === 0 || at === BUCKETS - 1) && overflows(sketch, at))
    deal(sketch, sketch.origin, Math.abs(value - sketch.origin) / 10)
  if (sketch.total > FULL) scaleBack(sketch)
}

/** The last bucket on a side holds more than a few values: they deserve buckets of their own. */
function overflows(sketch: Sketch, at: number): boolean {
  return (sketch.counts[at] as number) > sketch.total * Math.max(OVERFLOW, FEW * sketch.squares)
}

function scaleBack(sketch: Sketch): void {
  for (let i = 0; i < BUCKETS; i++) sketch.counts[i] = (sketch.counts[i] as number) / sketch.total
  sketch.total = 1
}

/** The value below which a share of the weight lies, by straight lines inside a bucket. */
export function quantileOf(sketch: Sketch, share: number): number {
  let rest = share * sketch.total
  for (let i = 0; i < BUCKETS; i++) {
    const count = sketch.counts[i] as number
    if (count > 0 && rest <= count) return valueAtPlace(sketch, i + rest / count)
    rest -= count
  }
  return valueAtPlace(sketch, BUCKETS)
}

/**
 * Anchors the sketch anew where its values have outgrown it, or have shrunk to a few of its buckets.
 *
 * @param least - the unit is not taken for less.
 */
export function reanchor(sketch: Sketch, least: number): void {
  const origin = quantileOf(sketch, 0.5)
  let unit = least
  for (const { tail, sigmas, part } of SPANS) {
    unit = Math.max(unit, (part * (quantileOf(sketch, 1 - tail) - quantileOf(sketch, tail))) / sigmas)
  }
  const change = unit / sketch.unit
  if (change > 0.4 && change < 2.5 && Math.abs(origin - sketch.origin) < 4 * sketch.unit) return
  deal(sketch, origin, unit)
}

/** Deals the counts out over other buckets, each evenly over what it covered. */
function deal(sketch: Sketch, origin: number, unit: number): void {
  const before: Sketch = { ...sketch, counts: sketch.counts.slice() }
  sketch.origin = origin
  sketch.unit = unit
  sketch.counts.fill(0)
  for (let i = 0; i < BUCKETS; i++) {
    const count = before.counts[i] as number
    if (count === 0) continue
    const from = placeOf(sketch, valueAtPlace(before, i))
    const to = placeOf(sketch, valueAtPlace(before, i + 1))
    spread(sketch.counts, from, to, count)
  }
}

function spread(counts: Float64Array, from: number, to: number, count: number): void {
  const first = Math.floor(from)
  const last = Math.floor(to)
  for (let i = first; i <= last; i++) {
    const part = to > from ? (Math.min(to, i + 1) - Math.max(from, i)) / (to - from) : 1 / (last - first + 1)
    counts[i] = (counts[i] as number) + part * count
  }
}
