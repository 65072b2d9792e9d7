import { forgetting } from '../math/forgetting.js'
import { pulled } from '../math/pulled.js'
import { type Band, type Duration, duration, numberIn } from '../model/index.js'

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

/** A mean and a variance that move with the values, hold off outliers and give in to lasting shifts. */
export interface Level<S extends LevelState = LevelState> {
  /** Whether there is an opinion yet, or again. */
  ready(state: S): boolean
  /** Whether the series is old enough for an opinion. */
  aged(state: S): boolean
  /** The smallest deviation that may count as one sigma. */
  floor(state: S): number
  learn(state: S, value: number, time: number): void
}

/** Before any time; a number that JSON keeps. */
export const NEVER: number = -Number.MAX_VALUE
/** The highest score there is. */
export const CAP = 1e6
/** Beyond this magnitude a square would overflow. */
const HUGE = 1e150
/** Squares of what rounding does to a steady value: 1e-9 of it, and 1e-12 about zero. */
const RELATIVE2 = 1e-18
const ABSOLUTE2 = 1e-24
/** Observations before the first opinion. */
const MINIMUM = 16
/** Youth: the memory spans a quarter of the past, so that the fourth power of time forgets a bad start. */
const YOUTH = 4
/** An observation takes this part of the room, which never exceeds ROOM: so it never replaces more than 1/32 of the memory... */
const PART = 1 / 8
const ROOM = 1 / 4
const MOST = PART * ROOM
/** A burst that has spent its room teaches nothing more. (Learning on by denormal numbers would take five times as long.) */
const SPENT = 1e-9
/** ...unless there are fewer observations than this, where 4 / (count + 4) comes down to 1/32. */
const MATURE = 124

/**
 * The level that detectors stand on. O(1), allocates nothing.
 *
 * @param of - the detector's name, for errors.
 * @throws ConfigError when an option is out of its range.
 * @see Finch, "Incremental calculation of weighted mean and variance", 2009.
 */
export function level(of: string, options: LevelOptions, usualHalfLife: Duration): Level {
  const halfLife = duration(`${of}.halfLife`, options.halfLife ?? usualHalfLife)
  const warmup = duration(`${of}.warmup`, options.warmup ?? '1m', { min: 0 })
  const adapt = duration(`${of}.adapt`, options.adapt ?? 6 * halfLife, { max: 6 * 3650 * 864e5 })
  const clip = numberIn(`${of}.clip`, options.clip ?? 4, 2, 10)
  const floor = numberIn(`${of}.floor`, options.floor ?? 0, 0, HUGE)
  const forgotten = forgetting(halfLife)
  const grown = Math.max(warmup, 6 * halfLife, 2 * adapt)
  const clip2 = clip * clip
  const floor2 = floor * floor + ABSOLUTE2

  const ready = (state: LevelState): boolean => state.count >= MINIMUM && state.age >= warmup

  /** What a young series may forget besides: its memory spans a quarter of its age. */
  const youth = (state: LevelState, gap: number): number => {
    if (state.count === 0) return 0
    state.age = Math.min(grown, state.age + gap)
    return (YOUTH * gap) / state.age
  }

  const move = (state: LevelState, step: number, share: number): void => {
    const change = share * step
    const mean = state.mean + change
    const variance = (1 - share) * (state.variance + step * change)
    const least = RELATIVE2 * mean * mean + floor2
    state.mean = mean
    state.variance = Math.max(variance, least)
    state.count++
  }

  /** Takes in what lies outside: pulled in, the more so the further out; not at all once it lasts; wholly when it has lasted. */
  const learnOutside = (state: LevelState, value: number, gap: number, share: number): void => {
    if (Number.isNaN(value)) return
    const step = within(value) - state.mean
    const near = state.count <= YOUTH ? step : pulled(step, clip * spreadOf(state))
    if (!ready(state)) {
      move(state, near, share)
      return
    }
    const patience = Math.min(adapt, state.age / 2)
    const fading = Math.max(0, 1 - state.odd / Math.min(halfLife / 20, patience / 8))
    state.odd += Math.min(gap, patience / 8)
    if (state.odd >= patience) accept(state, value, warmup)
    else move(state, near, Math.min(share, MOST) * fading * fading)
  }

  return {
    ready,
    aged: (state) => state.age >= warmup,
    floor: (state) => Math.sqrt(RELATIVE2 * state.mean * state.mean + floor2),
    // The hot path: V8 inlines it into its caller as long as it is short, and then nothing is allocated.
    learn(state, value, time) {
      const gap = gapBetween(state.time, time)
      let room = state.room
      if (gap > 0) {
        state.time = time
        room += forgotten(gap)
        if (state.age < grown) room += youth(state, gap)
        room = Math.min(ROOM, room)
      }
      let share = room * PART
      if (state.count < MATURE) share = YOUTH / (state.count + YOUTH)
      else if (share < SPENT) {
        if (gap > 0) state.room = room
        return
      }
      state.room = room * (1 - PART)
      const step = value - state.mean
      if (step * step <= clip2 * Math.max(state.variance, state.usual)) {
        if (state.odd > 0) state.odd = Math.max(0, state.odd - gap)
        move(state, step, share)
      } else learnOutside(state, value, gap, share)
    },
  }
}

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

/** Takes a lasting shift as the new normal: starts over at its level, so the opinion comes back after a few observations. */
function accept(state: LevelState, value: number, age: number): void {
  state.mean = within(value)
  state.count = 1
  state.age = age
  state.odd = 0
}
