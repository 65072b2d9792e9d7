import { pulled } from '../math/pulled.js'
import type { Detector } from '../model/index.js'
import { type LevelOptions, type LevelState, level, square, within } from './level.js'
import { emptyProfile, learnVisit, type Profile, rise, SLOT, usualIn } from './profile.js'

/** Options of {@link seasonal}: `halfLife` is 30 minutes by default, so `adapt` is three hours. */
export type SeasonalOptions = LevelOptions

/** Memory of {@link seasonal}: plain numbers and one Float32Array. */
export interface SeasonalState extends LevelState {
  /** The first value: the profile's zero. */
  origin: number
  /** What the profile makes of this half hour: change per millisecond, and a variance that is normal in it. */
  slope: number
  usual: number
  /** The visit under way, and the slot of the one before: half hours since the epoch. */
  slot: number
  before: number
  visits: number
  /** Of this visit's values: their sum, from the origin, and that of the squares of what they were off. */
  sum: number
  squares: number
  readonly profile: Profile
}

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
 * Knows half hours of the day and hours of the week, in UTC. Irregular sampling, gaps, bursts, outliers and lasting shifts are
 * dealt with as in `ewma`. O(1) time, no allocation; about 1.5 KB of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.rate', detector: seasonal() })
 */
export function seasonal(options: SeasonalOptions = {}): Detector<SeasonalState> {
  const core = level('seasonal', options, '30m')
  return {
    name: 'seasonal@1',
    start,
    score(state, value, time) {
      if (!core.ready(state)) return Number.NaN
      const inSlot = time - state.slot * SLOT
      if (inSlot < 0 || inSlot >= SLOT) return core.score(state, value, expected(state, time), usualAt(state, time))
      return core.score(state, value, state.mean + state.slope * (time - state.time), state.usual)
    },
    learn(state, raw, time) {
      const value = within(raw)
      if (Number.isNaN(value)) return
      if (state.count === 0) begin(state, value, time)
      const inSlot = time - state.slot * SLOT
      if (inSlot < 0 || inSlot >= SLOT) turn(state, time)
      else if (time > state.time) state.mean += state.slope * (time - state.time)
      const off = value - state.mean
      const limit = REACH * REACH * Math.max(state.variance, state.usual)
      state.visits++
      state.sum += value - state.origin
      state.squares += off * off <= limit ? off * off : pulled(off, Math.sqrt(limit)) ** 2
      core.learn(state, value, time, state.usual)
    },
    expect(state, time) {
      if (!core.ready(state)) return undefined
      const value = expected(state, time)
      const reach = 3 * Math.sqrt(square(state, usualAt(state, time)))
      return { value, low: value - reach, high: value + reach }
    },
  }
}

/** One literal: V8 gives an object put together from others a slow shape. */
function start(): SeasonalState {
  return {
    mean: 0,
    variance: 0,
    time: 0,
    room: 0,
    count: 0,
    age: 0,
    odd: 0,
    origin: 0,
    slope: 0,
    usual: 0,
    slot: 0,
    before: 0,
    visits: 0,
    sum: 0,
    squares: 0,
    profile: emptyProfile(),
  }
}

function begin(state: SeasonalState, value: number, time: number): void {
  state.mean = value
  state.origin = value
  state.time = time
  state.slot = Math.floor(time / SLOT)
  state.before = state.slot
}

/** Learns the visit that is over and prepares the next one. */
function turn(state: SeasonalState, time: number): void {
  state.mean = expected(state, time)
  const { profile, slot, before, visits } = state
  if (visits > 0) learnVisit(profile, slot, before, state.sum / visits, Math.sqrt(state.squares / visits))
  state.before = slot
  state.slot = Math.floor(time / SLOT)
  state.visits = 0
  state.sum = 0
  state.squares = 0
  const from = state.slot * SLOT
  state.slope = rise(profile, from, from + SLOT - 1) / (SLOT - 1)
  state.usual = usualIn(profile, state.slot)
}

function expected(state: SeasonalState, time: number): number {
  return state.mean + rise(state.profile, state.time, time)
}

function usualAt(state: SeasonalState, time: number): number {
  return usualIn(state.profile, Math.floor(time / SLOT))
}
