import { BUCKETS, type Sketch, valueAtPlace } from './sketch.js'

/** Both tails of a sketch, beyond what it has seen enough of: for the lower one, then the upper one, the numbers of a fit. */
export type SketchTails = Float64Array

/** Numbers of a fit: the edge, the share beyond it, scale and shape of what is beyond. */
const EDGE = 0
const SHARE = 1
const SCALE = 2
const SHAPE = 3
export const TAIL_LENGTH = 8

/** A tail begins where this share is left, or so many values; at a quarter at the latest. */
const LEFT = 0.02
const VALUES = 12
const MOST = 0.25
/** An excess counts for no more than so many times what only a fifth of them exceeds: one outlier is no heavy tail. */
const REACH = 5
const FIFTH = 1 / 5
/** Few excesses say little about the shape: a slightly heavy one is taken for so many of them. */
const PRIOR = 20
const PRIOR_SHAPE = 0.1
/** The shape is 0 for an exponential tail; at 1/2 there is no variance. */
const MOST_SHAPE = 0.5

/**
 * Fits a generalised Pareto distribution to what lies beyond an edge, on both sides, by the moments of the excesses.
 *
 * @see Pickands, "Statistical inference using extreme order statistics", 1975.
 * @see Hosking and Wallis, "Parameter and quantile estimation for the generalized Pareto distribution", 1987.
 */
export function fitTails(tails: SketchTails, sketch: Sketch): void {
  fitOne(tails, 0, sketch, 0, 1)
  fitOne(tails, 4, sketch, BUCKETS - 1, -1)
}

/**
 * The natural logarithm of the share beyond a value, or NaN where the value is not beyond the edge of its tail.
 *
 * @param upper - beyond is above.
 */
export function logBeyond(tails: SketchTails, value: number, upper: boolean): number {
  const at = upper ? 4 : 0
  const excess = upper ? value - (tails[at + EDGE] as number) : (tails[at + EDGE] as number) - value
  if (!(excess > 0)) return Number.NaN
  const shape = tails[at + SHAPE] as number
  const far = excess / (tails[at + SCALE] as number)
  return Math.log(tails[at + SHARE] as number) - (shape > 1e-6 ? Math.log1p(shape * far) / shape : far)
}

/** The value beyond which a share lies; the edge, where the tail holds less. */
export function valueBeyond(tails: SketchTails, share: number, upper: boolean): number {
  const at = upper ? 4 : 0
  const shape = tails[at + SHAPE] as number
  const loss = Math.max(0, Math.log((tails[at + SHARE] as number) / share))
  const far = shape > 1e-6 ? Math.expm1(shape * loss) / shape : loss
  const excess = far * (tails[at + SCALE] as number)
  return (tails[at + EDGE] as number) + (upper ? excess : -excess)
}

/** Walks inwards from the end until enough is left, then back out. */
function fitOne(tails: SketchTails, at: number, sketch: Sketch, end: number, step: 1 | -1): void {
  const enough = sketch.total * Math.min(MOST, Math.max(LEFT, VALUES * sketch.squares))
  let left = 0
  let edge = end
  for (; left < enough; edge += step) left += sketch.counts[edge] as number
  edge -= step
  const start = valueAtPlace(sketch, step > 0 ? edge + 1 : edge)
  const width = Math.abs(valueAtPlace(sketch, edge + 1) - valueAtPlace(sketch, edge))
  const usual = large(sketch, end, step, start, left) || width
  let sum = 0
  let squares = 0
  for (let i = edge; ; i -= step) {
    const excess = Math.min(Math.abs(valueAtPlace(sketch, i + 0.5) - start) / usual, REACH)
    const part = (sketch.counts[i] as number) / left
    sum += part * excess
    squares += part * excess * excess
    if (i === end) break
  }
  const variance = squares - sum * sum
  const values = left / sketch.total / sketch.squares
  const found = variance > 0 ? (1 - (sum * sum) / variance) / 2 : 0
  const shape = (values * found + PRIOR * PRIOR_SHAPE) / (values + PRIOR)
  tails[at + EDGE] = start
  tails[at + SHARE] = left / sketch.total
  tails[at + SHAPE] = Math.min(MOST_SHAPE, Math.max(0, shape))
  tails[at + SCALE] = Math.max(sum * usual * (1 - (tails[at + SHAPE] as number)), width / 2)
}

/** What a fifth of the excesses exceeds. */
function large(sketch: Sketch, end: number, step: 1 | -1, start: number, left: number): number {
  let rest = FIFTH * left
  let at = end
  for (; ; at += step) {
    rest -= sketch.counts[at] as number
    if (rest <= 0) return Math.abs(valueAtPlace(sketch, at + 0.5) - start)
  }
}
