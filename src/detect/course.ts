import type { Listening } from '../math/period.js'
import { pulled } from '../math/pulled.js'
import { gapBetween, type Level, type LevelOptions, type LevelState, level, NEVER, within } from './level.js'
import { forgetRise, learnVisit, rise, usualAt } from './profile.js'
import { emptyProfile, type Profile } from './profile-memory.js'

/** Memory of {@link seasonal}: plain numbers and two typed arrays; two more where the period is detected. */
export interface SeasonalState extends LevelState {
  /** The first value: the profile's zero. */
  origin: number
  /** What the profile foretells for this leg: change per millisecond; a huge number until a second value comes in it. */
  slope: number
  /** The profile's hour, in milliseconds: a 24th of the period. */
  slot: number
  /** Half hours since the epoch: along one, the profile is a straight line. */
  leg: number
  /** The hour visited before this one, and the number of values in this visit. */
  before: number
  visits: number
  /** Of this visit's values: their sum, from the origin, and that of the squares of what they were off. */
  sum: number
  squares: number
  /** What was usual in each hour of the week. */
  readonly profile: Profile
  /** What has been heard of a period, where one is to be detected. */
  readonly listening: Listening | null
}

/** An hour, in milliseconds. */
export const HOUR: number = 36e5
/** A leg's end, seen from its beginning, in hours: the next one's beginning is another leg's. */
const ALMOST_HALF = 0.5 - 1e-7
/** No slope. */
const UNASKED = 2 ** 1000
/** Residuals are pulled in to so many sigmas before they count as usual. */
const REACH = 4

/** A level that is carried along the usual course of the day and of the week. @throws ConfigError when an option is out of its range. */
export function course(of: string, options: LevelOptions): Level<SeasonalState> {
  const { learn, ...rest } = level(of, options, '30m')
  const { ready } = rest
  return {
    ...rest,
    learn(state, value, time) {
      if (gapBetween(state.time, time) > 0 && !Number.isNaN(value)) {
        const half = state.slot / 2
        const along = time - state.leg * half
        if (along >= 0 && along < half) {
          if (state.slope === UNASKED) state.slope = slopeOf(state)
          state.mean += state.slope * (time - state.time)
        } else turn(state, value, time)
        // Of values at one time the first stands for all, so that a burst weighs no more in the visit than a moment.
        state.visits++
        state.sum += within(value) - state.origin
        if (ready(state)) state.squares += surprise(state, within(value) - state.mean)
      }
      learn(state, value, time)
    },
  }
}

/** One literal: V8 gives an object put together from others a slow shape. */
export function startCourse(slot: number = HOUR, listening: Listening | null = null): SeasonalState {
  return {
    mean: 0,
    variance: 0,
    time: NEVER,
    room: 0,
    count: 0,
    age: 0,
    odd: 0,
    usual: 0,
    origin: 0,
    slope: 0,
    slot,
    leg: 0,
    before: 0,
    visits: 0,
    sum: 0,
    squares: 0,
    profile: emptyProfile(),
    listening,
  }
}

/** The value that is expected at a time. */
export function expectedAt(state: SeasonalState, time: number): number {
  return state.mean + carry(state, time)
}

/** By how much the profile carries the level from the last observation to a time. */
function carry(state: SeasonalState, time: number): number {
  if (time <= state.time) return 0
  const half = state.slot / 2
  const along = time - state.leg * half
  if (along >= 0 && along < half) return slopeOf(state) * (time - state.time)
  return rise(state.profile, state.time / state.slot, time / state.slot)
}

/** What is rarely observed has one value in a leg, and needs none. */
function slopeOf({ slope, profile, leg, slot }: SeasonalState): number {
  return slope === UNASKED ? rise(profile, leg / 2, leg / 2 + ALMOST_HALF) / (ALMOST_HALF * slot) : slope
}

/** Carries the level into another leg, learns the visit when it is over, and prepares the leg. */
function turn(state: SeasonalState, value: number, time: number): void {
  const { profile, slot } = state
  const visited = Math.floor(state.leg / 2)
  const leg = Math.floor((2 * time) / slot)
  if (state.count === 0) {
    state.origin = within(value)
    state.before = Math.floor(leg / 2)
  } else state.mean += carry(state, time)
  state.leg = leg
  if (Math.floor(leg / 2) !== visited && state.visits > 0) endVisit(state, visited)
  state.usual = usualAt(profile, leg / 2)
  state.slope = UNASKED
}

function endVisit(state: SeasonalState, slot: number): void {
  const { profile, before, visits, sum, squares } = state
  learnVisit(profile, slot, before, sum / visits, Math.sqrt(squares / visits))
  state.before = slot
  state.visits = 0
  state.sum = 0
  state.squares = 0
}

/** The square of what a value is off, pulled in. */
function surprise(state: SeasonalState, off: number): number {
  const limit = REACH * REACH * Math.max(state.variance, state.usual)
  const near = off * off <= limit ? off : pulled(off, Math.sqrt(limit))
  return near * near
}

/** Another period: what was learned of the old one counts no more, the level stays. */
export function keepTime(state: SeasonalState, slot: number, time: number): void {
  state.slot = slot
  state.leg = Math.floor((2 * time) / slot)
  state.before = Math.floor(state.leg / 2)
  state.slope = 0
  state.usual = 0
  state.visits = 0
  state.sum = 0
  state.squares = 0
  state.profile.slots.fill(0)
  state.profile.proofs.fill(0)
  forgetRise()
}
