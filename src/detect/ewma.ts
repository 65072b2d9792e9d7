import { checkOptions, type Detector } from '../model/index.js'
import { band, LEVEL_OPTIONS, type LevelOptions, type LevelState, level, NEVER, sigmas } from './level.js'

/** Options of {@link ewma}: `halfLife` is 10 minutes by default, so `adapt` is an hour. */
export type EwmaOptions = LevelOptions

/** Memory of {@link ewma}: eight plain numbers, about 160 bytes in V8. */
export type EwmaState = LevelState

/**
 * Exponentially weighted mean and variance; scores the distance from the mean.
 *
 * Use for signals with a slow-moving level and no daily rhythm; for a rhythm see `seasonal()`.
 *
 *     sigmas = |value − mean| / spread        an observation replaces about 1 − 2^(−Δt / halfLife) of the memory
 *
 * Irregular sampling is fine: time, not the number of observations, decides how much is forgotten. Observations at one time
 * share what that time allows, so that a burst of a thousand weighs about as much as a few ordinary ones; a gap of a week
 * leaves the baseline as it was. Outliers are pulled in before they are learned, and while values stay outside nothing is
 * learned at all, until they have done so for `adapt`; then the new level is learned afresh, with no opinion for a while. A
 * steady signal that moves by rounding noise (1e-9 of it) is no anomaly, one that really moves is. Scores end at 1e6.
 *
 * O(1) time, no allocation, eight numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }) })
 * @see Finch, "Incremental calculation of weighted mean and variance", 2009.
 */
export function ewma(options: EwmaOptions = {}): Detector<EwmaState> {
  checkOptions('ewma', options, LEVEL_OPTIONS)
  const { ready, learn } = level('ewma', options, '10m')
  return {
    name: 'ewma@1',
    start: () => ({ mean: 0, variance: 0, time: NEVER, room: 0, count: 0, age: 0, odd: 0, usual: 0 }),
    score: (state, value) => (ready(state) ? sigmas(state, value - state.mean) : Number.NaN),
    learn,
    expect: (state) => (ready(state) ? band(state, state.mean) : undefined),
  }
}
