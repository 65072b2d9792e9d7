import { sigmasOf, sigmasOfLog, tailOf } from './normal.js'

/**
 * One side of a stream's distribution, learned as it runs: the level that a given share of values exceeds, and a generalised
 * Pareto tail beyond it. Turns a value into the sigmas of a Gaussian that are exceeded as often, whatever the distribution.
 *
 *     P(value > x) = share × (1 + shape × (x − level) / scale)^(−1 / shape)        for x above the level
 *
 * The level follows by stochastic approximation; shape and scale come from the mean and the mean square of the excesses, mixed
 * with a prior while there are few. A tail lighter than exponential is taken for exponential: a Gaussian's far values then count
 * for a little less than they are, never for more. Far excesses that come in a row are one thing that has happened: together they teach little more than one, so that an incident, however long it lasted, does not make
 * the next one usual. Five numbers of a Float64Array, from an offset on; O(1), allocates nothing, finite for values up to 1e150.
 *
 * @see Pickands, "Statistical inference using extreme order statistics", 1975.
 * @see Hosking and Wallis, "Parameter and quantile estimation for the generalized Pareto distribution", 1987: by moments.
 * @see Robbins and Monro, "A stochastic approximation method", 1951.
 * @see Leadbetter, "Extremes and local dependence in stationary sequences", 1983; Coles, "An introduction to statistical modeling of extreme values", 2001, 5.3, for declustering by runs.
 * @see Siffer et al., "Anomaly detection in streams with extreme value theory", 2017.
 */
export type Tail = Float64Array

/** Numbers that a tail takes: level, mean excess, mean square of excesses, their count, far ones in a row. */
export const TAIL = 5

/** The share of values above the level. */
const SHARE = 0.03
/** The level in sigmas, where the stream has one side or two: what a Gaussian exceeds as often. */
const LEVEL_SIGMAS = [0, sigmasOf(SHARE), sigmasOf(2 * SHARE)] as const
const LOG_SHARE = [0, Math.log(SHARE), Math.log(2 * SHARE)] as const
/** So many excesses does the prior count as... */
const PRIOR = 40
/** ...with a mean of this part of the level, and a mean square of so many times its square: a little heavier than exponential. */
const PRIOR_MEAN = 0.35
const PRIOR_SQUARE = 2.4
/** The shape is bounded: at the least about exponential, at the most without a variance. */
const LEAST_SHAPE = 0.02
const MOST_SHAPE = 0.6
/** Excesses are forgotten after about so many more, the level after so many values. */
const MEMORY = 100
const LEVEL_MEMORY = 5_000
/** An excess of so many times the mean is far. Of those in a row the nth counts for 1/n²: all together for less than two. */
const FAR = 10
const TINY = 1e-30

/** 1 where the values are distances, 2 where this is one of two tails: then the other is as far out as often. */
export type Sides = 1 | 2

/** How far out a value lies, in sigmas; 0 for values of 0 and below. */
export function sigmasBeyond(tail: Tail, at: number, value: number, sides: Sides): number {
  const level = tail[at] as number
  if (value <= level) return value > 0 ? (LEVEL_SIGMAS[sides] * value) / level : 0
  return fartherOut(tail, at, value - level, sides)
}

function fartherOut(tail: Tail, at: number, excess: number, sides: Sides): number {
  const mean = meanOf(tail, at)
  const shape = shapeOf(tail, at, mean)
  const scale = mean * (1 - shape)
  return sigmasOfLog(LOG_SHARE[sides] - Math.log1p((shape * excess) / scale) / shape)
}

/** The value that is so many sigmas out: the inverse of {@link sigmasBeyond}. */
export function valueAt(tail: Tail, at: number, sigmas: number, sides: Sides): number {
  const level = tail[at] as number
  const reach = LEVEL_SIGMAS[sides]
  if (sigmas <= reach) return (level * sigmas) / reach
  const mean = meanOf(tail, at)
  const shape = shapeOf(tail, at, mean)
  return level + ((mean * (1 - shape)) / shape) * ((tailOf(sigmas) / (sides * SHARE)) ** -shape - 1)
}

/** How far a level moves at a value, when so many have been seen: the first move it most. */
export function paceAt(seen: number): number {
  return Math.max(1 / LEVEL_MEMORY, Math.min(0.5, 4 / (seen + 8))) / (SHARE + 0.25)
}

/**
 * Takes a value in.
 *
 * @param usual - how large values usually are: the level moves in steps of about that size.
 * @param pace - from {@link paceAt}.
 * @param isSlow - whether values follow each other slowly by themselves, so that a row of far ones means nothing.
 */
export function learnTail(
  tail: Tail,
  at: number,
  value: number,
  usual: number,
  pace: number,
  isSlow: boolean = false,
): void {
  const level = tail[at] as number
  const mean = tail[at + 1] as number
  const step = pace * Math.max(Math.min(mean, level), usual / 5, TINY)
  if (value <= level || value <= 0) {
    tail[at] = Math.max(0, level - step * SHARE)
    tail[at + 4] = 0
  } else {
    tail[at] = level + step * (1 - SHARE)
    learnExcess(tail, at, value - level, isSlow)
  }
}

function learnExcess(tail: Tail, at: number, excess: number, isSlow: boolean): void {
  const share = !isSlow && excess > FAR * meanOf(tail, at) ? shareOfNext(tail, at) : 1
  const count = (tail[at + 3] as number) + share
  const weight = share / Math.max(1, Math.min(MEMORY, count))
  const mean = tail[at + 1] as number
  const square = tail[at + 2] as number
  tail[at + 1] = mean + (excess - mean) * weight
  tail[at + 2] = square + (excess * excess - square) * weight
  tail[at + 3] = count
}

/** For how much one more far excess counts. */
function shareOfNext(tail: Tail, at: number): number {
  const run = (tail[at + 4] as number) + 1
  tail[at + 4] = run
  return 1 / (run * run)
}

/** The mean excess, the prior mixed in. */
function meanOf(tail: Tail, at: number): number {
  const part = PRIOR / (PRIOR + (tail[at + 3] as number))
  return part * PRIOR_MEAN * Math.max(tail[at] as number, TINY) + (1 - part) * (tail[at + 1] as number)
}

/** The shape by moments, the prior mixed in. */
function shapeOf(tail: Tail, at: number, mean: number): number {
  const part = PRIOR / (PRIOR + (tail[at + 3] as number))
  const expected = PRIOR_MEAN * Math.max(tail[at] as number, TINY)
  const square = part * PRIOR_SQUARE * expected * expected + (1 - part) * (tail[at + 2] as number)
  const spread = Math.max(TINY, square / (mean * mean) - 1)
  return Math.min(MOST_SHAPE, Math.max(LEAST_SHAPE, (1 - 1 / spread) / 2))
}
