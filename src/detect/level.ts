import { forgetting } from '../math/forgetting.js'
import { pulled } from '../math/pulled.js'
import { type Duration, duration, numberIn } from '../model/index.js'
import {
  gapBetween,
  HUGE,
  type LevelOptions,
  type LevelState,
  MATURE,
  MINIMUM,
  spreadOf,
  within,
} from './level-state.js'

export * from './level-state.js'

/** A mean and a variance that move with the values, hold off outliers and give in to lasting shifts. */
export interface Level<S extends LevelState = LevelState> {
  /** Whether there is an opinion yet, or again. */
  ready(state: S): boolean
  /** Whether the series is old enough for an opinion. */
  aged(state: S): boolean
  /** The square of the smallest deviation that may count as one sigma. */
  floor2(state: S): number
  learn(state: S, value: number, time: number): void
}

/** Squares of what rounding does to a steady value: 1e-9 of it, and 1e-12 about zero. */
const RELATIVE2 = 1e-18
const ABSOLUTE2 = 1e-24
/** Youth: the memory spans a quarter of the past, so that the fourth power of time forgets a bad start. */
const YOUTH = 4
/** An observation takes this part of the room, which never exceeds ROOM: so it never replaces more than 1/32 of the
 * memory, unless there are fewer observations than MATURE, where 4 / (count + 4) comes down to 1/32. */
const PART = 1 / 8
const ROOM = 1 / 4
const MOST = PART * ROOM
/** A burst that has spent its room teaches nothing more. (Learning on by denormal numbers would take five times as long.) */
const SPENT = 1e-9

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
    floor2: (state) => RELATIVE2 * state.mean * state.mean + floor2,
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

/** Takes a lasting shift as the new normal: starts over at its level, so the opinion comes back after a few observations. */
function accept(state: LevelState, value: number, age: number): void {
  state.mean = within(value)
  state.count = 1
  state.age = age
  state.odd = 0
}
