import type { Band, Duration } from '../model/index.js'

/** Options of a moving level: those of {@link ewma}. */
export interface LevelOptions {
  /** How long until an observation counts half; where values are rare, at least 22 of them. @defaultValue see the detector */
  readonly halfLife?: Duration
  /** No opinion before the series is this old, nor before 16 observations. @defaultValue `'1m'` */
  readonly warmup?: Duration
  /**
   * How long a shift must last, without a break, to become the new normal. A shift that has lasted as long as all that was
   * known before it, and for 8 observations, does so earlier.
   *
   * @defaultValue six times `halfLife`
   */
  readonly adapt?: Duration
  /** Values further out than this many sigmas are pulled in before they are learned, 2 to 10. @defaultValue 4 */
  readonly clip?: number
  /**
   * The smallest deviation that may count as one sigma, in the signal's unit. Set it where a small move of a steady
   * signal is of no interest, such as 1 for a count of connections. @defaultValue 0: only rounding noise is forgiven
   */
  readonly floor?: number
}

/** Their names. */
export const LEVEL_OPTIONS: readonly (keyof LevelOptions)[] = ['halfLife', 'warmup', 'adapt', 'clip', 'floor']

/** Memory of a moving level: eight plain numbers. */
export interface LevelState {
  mean: number
  /** Never below the square of the floor. */
  variance: number
  /** Of the last observation, in milliseconds since the epoch; before any time, until there is one. */
  time: number
  /** How much of the memory may be replaced: time fills it, learning spends an eighth of it. */
  room: number
  /** Observations so far, or since the last shift was accepted. */
  count: number
  /** Milliseconds over which this normal is known, as far as that matters. */
  age: number
  /** Milliseconds for which values have been outside, less those for which they have been inside again. */
  odd: number
  /** A variance that is usual now, whatever was seen lately: the spread is not taken for less. */
  usual: number
}

/** Before any time; a number that JSON keeps. */
export const NEVER: number = -Number.MAX_VALUE
/** The highest score there is. */
export const CAP = 1e6
/** Beyond this magnitude a square would overflow. */
export const HUGE = 1e150
/** Observations before the first opinion. */
export const MINIMUM = 16
/** With fewer observations than this the memory is young: it forgets by count, and its spread is uncertain. */
export const MATURE = 124

/** A deviation in sigmas. */
export function sigmas(state: LevelState, off: number): number {
  return Math.min(CAP, Math.abs(off) / spreadOf(state))
}

/** One sigma, in the signal's unit. */
export function spreadOf(state: LevelState): number {
  return Math.sqrt(square(state))
}

/** The band of 3 sigmas about a value. */
export function band(state: LevelState, value: number): Band {
  const reach = 3 * spreadOf(state)
  return { value, low: value - reach, high: value + reach }
}

/** The spread, squared. A young variance is uncertain, and that widens it. */
function square(state: LevelState): number {
  const variance = Math.max(state.variance, state.usual)
  return state.count < MATURE ? variance * (1 + MINIMUM / state.count) : variance
}

/** Time that has passed, in milliseconds. Less than a nanosecond is none: quotients of such gaps are no numbers. */
export function gapBetween(before: number, time: number): number {
  const gap = time - before
  return gap > 1e-6 ? gap : 0
}

/** The value, where its square does not overflow. */
export function within(value: number): number {
  return Math.min(HUGE, Math.max(-HUGE, value))
}
