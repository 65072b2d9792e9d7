import { pulled } from '../math/pulled.js'
import type { Detector } from '../model/index.js'
import { band, type Level, type LevelOptions, type LevelState, level, NEVER, sigmas, within } from './level.js'
import { learnVisit, rise, SLOT, usualAt } from './profile.js'
import { emptyProfile, type Profile } from './profile-memory.js'

/** Options of {@link seasonal}: `halfLife` is 30 minutes by default, so `adapt` is three hours. */
export type SeasonalOptions = LevelOptions

/** Memory of {@link seasonal}: plain numbers and two typed arrays. */
export interface SeasonalState extends LevelState {
  /** The first value: the profile's zero. */
  origin: number
  /** What the profile foretells for this leg: change per millisecond. */
  slope: number
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
}

/** Half an hour, in milliseconds. */
const LEG = SLOT / 2
/** Residuals are pulled in to so many sigmas before they count as usual. */
const REACH = 4

/**
 * A level as of {@link ewma}, carried along the usual course of the day and of the week; scores the distance from it.
 *
 * Use for signals that people's days drive: traffic, load, queue lengths. For the first day it is an `ewma`; then the time of
 * day is believed as far as it foretells better than staying put does, and from the second week on the time of week as far
 * as it does better than the time of day. A signal without a rhythm loses nothing, an odd first day does no harm.
 *
 *     sigmas = |value − level − change foretold since the last value| / spread
 *     spread² = the larger of the recent variance and what is usual at this time of day
 *
 * Knows the hours of the week, in UTC, with straight lines between them. Irregular sampling, gaps, bursts, outliers and
 * lasting shifts are dealt with as in `ewma`. O(1) time, no allocation; about 1 KB of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.rate', detector: seasonal() })
 */
export function seasonal(options: SeasonalOptions = {}): Detector<SeasonalState> {
  const { ready, learn } = course('seasonal', options)
  return {
    name: 'seasonal@2',
    start: startCourse,
    score: (state, value, time) => (ready(state) ? sigmas(state, value - expectedAt(state, time)) : Number.NaN),
    learn,
    expect: (state, time) => (ready(state) ? band(state, expectedAt(state, time)) : undefined),
  }
}

/** A level that is carried along the usual course of the day and of the week. @throws ConfigError when an option is out of its range. */
export function course(of: string, options: SeasonalOptions): Level<SeasonalState> {
  const { learn, ...rest } = level(of, options, '30m')
  const { ready } = rest
  return {
    ...rest,
    learn(state, value, time) {
      if (time > state.time && !Number.isNaN(value)) {
        const along = time - state.leg * LEG
        if (along >= 0 && along < LEG) state.mean += state.slope * (time - state.time)
        else turn(state, value, time)
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
export function startCourse(): SeasonalState {
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
    leg: 0,
    before: 0,
    visits: 0,
    sum: 0,
    squares: 0,
    profile: emptyProfile(),
  }
}

/** The value that is expected at a time. */
export function expectedAt(state: SeasonalState, time: number): number {
  return state.mean + carry(state, time)
}

/** By how much the profile carries the level from the last observation to a time. */
function carry(state: SeasonalState, time: number): number {
  if (time <= state.time) return 0
  const along = time - state.leg * LEG
  return along >= 0 && along < LEG ? state.slope * (time - state.time) : rise(state.profile, state.time, time)
}

/** Carries the level into another leg, learns the visit when it is over, and prepares the leg. */
function turn(state: SeasonalState, value: number, time: number): void {
  const slot = slotOf(state.leg)
  if (state.count === 0) {
    state.origin = within(value)
    state.before = slotOf(Math.floor(time / LEG))
  } else state.mean += carry(state, time)
  state.leg = Math.floor(time / LEG)
  if (slotOf(state.leg) !== slot && state.visits > 0) endVisit(state, slot)
  const { profile } = state
  const from = state.leg * LEG
  state.usual = usualAt(profile, from)
  state.slope = rise(profile, from, from + LEG - 1) / (LEG - 1)
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
  return off * off <= limit ? off * off : pulled(off, Math.sqrt(limit)) ** 2
}

function slotOf(leg: number): number {
  return Math.floor(leg / 2)
}
