import { within } from '../detect/level-state.js'
import { type Listening, listen, startListening } from '../math/period.js'
import { changePeriod, emptySeason, type Kind, learnSeason, type Season, seasonAt } from '../math/season.js'
import { checkOptions, type Duration, duration, type Forecaster, numberIn, oneOf } from '../model/index.js'
import { type ConformalState, calibratedBy, type ForecastOptions, type Plain } from './conformal.js'
import { DAMPING, type HoltState, plainHolt } from './holt.js'
import { openBank } from './holt-bank.js'

/** Options of {@link holtWinters}. */
export interface HoltWintersOptions extends ForecastOptions {
  /**
   * What repeats: `'day'`; a period of another length, from 1 minute to 30 days; or `'detect'`, where a period from 20 minutes to 12 hours is
   * looked for in what comes, and the day stands until one is found.
   *
   * @defaultValue `'day'`
   */
  readonly period?: 'day' | 'detect' | Duration
  /** Whether the season adds to the level, or multiplies it: then values must be above 0. @defaultValue `'additive'` */
  readonly season?: 'additive' | 'multiplicative'
  /** How much of a trend is left after a step, the usual time between two values; from 0.5 to 1, where it goes on for ever. @defaultValue 0.9 */
  readonly damping?: number
}

/** Memory of {@link holtWinters}. */
export interface HoltWintersState {
  /** Of what is left when the season is taken out. */
  readonly rest: HoltState
  readonly season: Season
  /** What has been heard of a period, where one is to be detected. */
  readonly listening: Listening | null
}

const DAY = 864e5

/**
 * A level and a trend as of {@link holt}, and a season that repeats: the usual course of the day, of a batch job, of a tide.
 *
 *     value = (level + fading trend) + season(time)          or × season(time)
 *
 * Use for signals that people's days drive. The season is known after one period, in 96 parts of it with straight lines between them, and moves
 * with each further one by two fifths of what it was off; before that this is `holt()`. O(1) a value; 230 numbers of state, 530 where the period is detected,
 * and those of {@link conformal}.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.active_requests', detector: residual(holtWinters()) })
 * @see Winters, "Forecasting sales by exponentially weighted moving averages", 1960; Gelper, Fried and Croux, "Robust forecasting with exponential and
 * Holt-Winters smoothing", 2010.
 */
export function holtWinters(options: HoltWintersOptions = {}): Forecaster<ConformalState<HoltWintersState>> {
  checkOptions('holtWinters', options, ['sigmas', 'period', 'season', 'damping'])
  const { period = 'day' } = options
  const detects = period === 'detect'
  const length = period === 'day' || detects ? DAY : duration('holtWinters.period', period, { min: 6e4, max: 30 * DAY })
  const kind = oneOf('holtWinters.season', options.season ?? 'additive', ['additive', 'multiplicative'])
  const damping = numberIn('holtWinters.damping', options.damping ?? DAMPING, 0.5, 1)
  const plain = plainHoltWinters(kind, length, detects, damping)
  return calibratedBy('holtWinters', `holtWinters@1:${kind}:${detects ? period : length}:${damping}`, plain, options)
}

/** @param length - of the period, in milliseconds; until another is found, where it is to be detected. */
export function plainHoltWinters(
  kind: Kind,
  length: number,
  detects: boolean,
  damping: number,
): Plain<HoltWintersState> {
  const rests = plainHolt(damping)
  return {
    start: () => ({
      rest: rests.start(),
      season: emptySeason(length),
      listening: detects ? startListening() : null,
    }),
    learn(state, value, time) {
      const { rest, season, listening } = state
      const found = listening === null ? 0 : listen(listening, value, time)
      if (found > 0 && changePeriod(season, found, time)) openBank(rest.bank, within(value))
      if (learnSeason(season, value, time, kind)) openBank(rest.bank, without(value, season, time, kind))
      rests.learn(rest, without(value, season, time, kind), time)
    },
    foretell({ rest, season }, time, ahead) {
      const value = rests.foretell(rest, time, ahead)
      const part = seasonAt(season, Math.max(time + ahead, rest.time), kind)
      return kind === 'additive' ? value + part : value * part
    },
  }
}

function without(value: number, season: Season, time: number, kind: Kind): number {
  const part = seasonAt(season, time, kind)
  return within(kind === 'additive' ? value - part : value / part)
}
