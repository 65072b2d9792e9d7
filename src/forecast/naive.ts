import { phaseOf } from '../math/phase.js'
import { checkOptions, type Duration, duration, type Forecaster } from '../model/index.js'
import { type ConformalState, calibratedBy, type ForecastOptions, type Plain } from './conformal.js'

/** Options of {@link naive}. */
export interface NaiveOptions extends ForecastOptions {
  /** Foretells what was so long ago, not the last value; from 1 minute to 30 days. @defaultValue none */
  readonly period?: Duration
}

/** Memory of {@link naive}. */
export interface NaiveState {
  last: number
  known: boolean
  /** The last value in each part of the period, and whether there is one; empty without a period. */
  readonly parts: Float64Array
  readonly seen: Uint8Array
}

/** A day has so many parts of five minutes. */
const PARTS = 288

/**
 * Foretells that all stays as it is, or that all is as it was a period ago; with an interval from the changes that were usual over such a time.
 *
 * Use it as the measure of others: a forecaster that errs more than this one knows nothing. Of a random walk no other does better. A period is kept as
 * the last value in each of 288 parts of it; a part that was never visited is taken for the last value. O(1).
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * backtest([naive(), naive({ period: '1d' }), holt()], history)
 */
export function naive(options: NaiveOptions = {}): Forecaster<ConformalState<NaiveState>> {
  checkOptions('naive', options, ['sigmas', 'period'])
  const period =
    options.period === undefined ? 0 : duration('naive.period', options.period, { min: 6e4, max: 30 * 864e5 })
  return calibratedBy('naive', `naive@1${period > 0 ? `:${period}` : ''}`, plainNaive(period), options)
}

/** @param period - in milliseconds; 0 for none. */
export function plainNaive(period: number): Plain<NaiveState> {
  const parts = period > 0 ? PARTS : 0
  const partAt = (time: number): number => Math.floor(phaseOf(time, period, PARTS))
  return {
    start: () => ({ last: 0, known: false, parts: new Float64Array(parts), seen: new Uint8Array(parts) }),
    learn(state, value, time) {
      state.last = value
      state.known = true
      if (parts === 0) return
      state.parts[partAt(time)] = value
      state.seen[partAt(time)] = 1
    },
    foretell({ last, known, parts: values, seen }, time, ahead) {
      if (!known) return Number.NaN
      const at = parts === 0 ? 0 : partAt(time + ahead)
      return seen[at] === 1 ? (values[at] as number) : last
    },
  }
}
