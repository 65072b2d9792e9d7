import { type Cusum, clear, emptyCusum, learnEcho } from '../math/cusum.js'
import { type LevelState, NEVER, sigmas, spreadOf } from './level.js'

/** Memory of `change`: that of a level, and plain numbers. */
export interface ChangeState extends LevelState {
  /** Evidence of a shift, from deviations in sigmas; and of another spread, from their sizes. */
  readonly shift: Cusum
  readonly spread: Cusum
  /** Mean and variance of sizes. */
  size: number
  sizes: number
  /** Usual time between values, in milliseconds; how many values' worth of evidence time allows; values so far. */
  interval: number
  credit: number
  seen: number
  /** Milliseconds for which a change has been seen, less those for which it has not. */
  fired: number
}

/** Deviations count for no more than so many sigmas: one outlier is no change. */
const REACH = 2
/** The baseline takes values further out than so many sigmas for no further. */
const FAR = 8
/** The variance of sizes is no less than this; a Gaussian's is 0.349² (Hawkins). */
const LEAST_SIZES = 0.04
const INTERVALS = 1 / 64

/** One literal, so that V8 gives it a fast shape. */
export function emptyChange(): ChangeState {
  return {
    mean: 0,
    variance: 0,
    time: NEVER,
    room: 0,
    count: 0,
    age: 0,
    odd: 0,
    usual: 0,
    shift: emptyCusum(),
    spread: emptyCusum(),
    size: 0,
    sizes: 1,
    interval: 0,
    credit: 0,
    seen: 0,
    fired: 0,
  }
}

/** In sigmas, at most REACH. */
export function deviation(state: ChangeState, value: number): number {
  const off = value - state.mean
  return Math.sign(off) * Math.min(REACH, sigmas(state, off))
}

/** A single value far out is no reason to believe in another spread. */
export function nearby(state: ChangeState, value: number): number {
  const reach = FAR * spreadOf(state)
  return Math.min(state.mean + reach, Math.max(state.mean - reach, value))
}

/** The root of a deviation's size is nearly normal: so it is standardised by its mean and variance. */
export function sizeOf(state: ChangeState, z: number): number {
  const off = (Math.sqrt(Math.abs(z)) - state.size) / Math.sqrt(state.sizes)
  return Math.min(REACH, Math.max(-REACH, off))
}

/** A value's worth for every usual interval, so that a burst is one value's worth. */
export function creditOf(state: ChangeState, gap: number): number {
  return Math.min(2, state.credit + (state.interval > 0 ? gap / state.interval : 1))
}

export function learnInterval(state: ChangeState, gap: number): void {
  if (state.seen++ === 0) return
  const part = Math.max(INTERVALS, 1 / state.seen)
  state.interval += part * (Math.min(gap, state.interval > 0 ? 16 * state.interval : gap) - state.interval)
}

/** What is usual: how large deviations are, and how much they resemble those before them. */
export function learnUsual(state: ChangeState, z: number, part: number): void {
  const off = Math.sqrt(Math.abs(z)) - state.size
  learnEcho(state.shift, z, part)
  learnEcho(state.spread, sizeOf(state, z), part)
  state.size += part * off
  state.sizes = Math.max(LEAST_SIZES, state.sizes + part * ((1 - part) * off * off - state.sizes))
}

/** All that is known of the old normal goes; how values resemble each other stays. */
export function startOver(state: ChangeState, age: number): void {
  clear(state.shift)
  clear(state.spread)
  state.count = 0
  state.age = age
  state.odd = 0
  state.fired = 0
}
