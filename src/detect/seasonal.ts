import { listen, startListening } from '../math/period.js'
import { checkOptions, type Detector, type Duration, duration } from '../model/index.js'
import { course, expectedAt, HOUR, keepTime, type SeasonalState, startCourse } from './course.js'
import { band, LEVEL_OPTIONS, type LevelOptions, sigmas } from './level.js'

export type { SeasonalState } from './course.js'

/** Options of {@link seasonal}: `halfLife` is 30 minutes by default, so `adapt` is three hours. */
export interface SeasonalOptions extends LevelOptions {
  /**
   * What repeats: `'day'` and week; a period of another length, from 1 minute to 30 days, and seven of them; or `'detect'`, where
   * a period from 20 minutes to 12 hours is looked for in what comes, and the day stands until one is found.
   *
   * @defaultValue `'day'`
   */
  readonly period?: 'day' | 'detect' | Duration
}

/** Hours of a day. */
const HOURS = 24
/** A period that is found again by so little off is the same. */
const SAME = 0.03

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
 * Knows the hours of the week, in UTC, with straight lines between them. Where `period` is another, its 24th parts stand for
 * the hours, and seven periods for the week: a batch job's half hour, a tide's 12.4 hours. Irregular sampling, gaps, bursts, outliers and
 * lasting shifts are dealt with as in `ewma`. O(1) time, hardly an allocation; about 0.6 KB of numbers as state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.rate', detector: seasonal() })
 * anomaly({ signal: 'sync.rows', detector: seasonal({ period: '8h' }) })
 */
export function seasonal(options: SeasonalOptions = {}): Detector<SeasonalState> {
  checkOptions('seasonal', options, [...LEVEL_OPTIONS, 'period'])
  const { period = 'day' } = options
  const detects = period === 'detect'
  const slot =
    period === 'day' || detects ? HOUR : duration('seasonal.period', period, { min: 6e4, max: 30 * 864e5 }) / HOURS
  const { ready, learn } = course('seasonal', options)
  return {
    name: `seasonal@3${period === 'day' ? '' : `:${detects ? period : slot * HOURS}`}`,
    start: () => startCourse(slot, detects ? startListening() : null),
    score: (state, value, time) => (ready(state) ? sigmas(state, value - expectedAt(state, time)) : Number.NaN),
    learn(state, value, time) {
      learn(state, value, time)
      if (state.listening === null || Number.isNaN(value)) return
      const found = listen(state.listening, value, time)
      if (found > 0 && Math.abs(found / HOURS / state.slot - 1) > SAME) keepTime(state, found / HOURS, time)
    },
    expect: (state, time) => (ready(state) ? band(state, expectedAt(state, time)) : undefined),
  }
}
