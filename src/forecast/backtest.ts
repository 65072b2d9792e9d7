import { middleOf } from '../math/middle.js'
import {
  atOnce,
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  type Forecaster,
  numberIn,
  partIn,
} from '../model/index.js'
import { naive } from './naive.js'

/** How {@link backtest} asks. */
export interface BacktestOptions {
  /** How far ahead is foretold; at least the usual time between two values. @defaultValue that */
  readonly horizon?: Duration
  /** The part of the history that is only learned, from 0 to 0.9. @defaultValue 0.25 */
  readonly warmup?: number
}

/** How one forecaster did. */
export interface BacktestResult {
  readonly name: string
  /** The mean size of its errors, in the signal's unit; `NaN` where it foretold nothing. */
  readonly error: number
  /** That, as a part of the error of the last value foretelling the same: below 1 it knows more than that all stays as it is. */
  readonly mase: number
  /** The share of values that were within its interval. */
  readonly coverage: number
  /** How many forecasts were compared. */
  readonly forecasts: number
}

/** A value and its time, in milliseconds. */
export type Sample = readonly [time: number, value: number]

/**
 * Ranks forecasters on a series' own history, the best first: each learns value after value, and foretells `horizon` ahead from each of
 * them, knowing nothing of what comes. Values that are no finite numbers are left out.
 *
 * @param forecasters - one at least.
 * @param history - in the order of time; 8 values at least.
 * @throws ConfigError when there is no forecaster, too little history, or time goes back.
 * @example
 * const [best] = backtest([naive(), holt(), holtWinters(), linear()], history, { horizon: '1h' })
 * @see Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006, for MASE; here against the naive forecast of the same horizon.
 */
export function backtest(
  // biome-ignore lint/suspicious/noExplicitAny: each has a memory of its own
  forecasters: readonly Forecaster<any>[],
  history: readonly Sample[],
  options: BacktestOptions = {},
): readonly BacktestResult[] {
  checkOptions('backtest', options, ['horizon', 'warmup'])
  if (!Array.isArray(forecasters) || forecasters.length === 0)
    throw new ConfigError('backtest.forecasters', 'a list of one forecaster or more', forecasters)
  forecasters.forEach((one, i) => {
    partIn(`backtest.forecasters[${i}]`, one, ['start', 'learn', 'forecast'])
  })
  const samples = checked(history)
  const step = usualStep(samples)
  const horizon = options.horizon === undefined ? step : duration('backtest.horizon', options.horizon, { min: step })
  const first = Math.floor(numberIn('backtest.warmup', options.warmup ?? 0.25, 0, 0.9) * samples.length)
  const pairs = pairsOf(samples, first, horizon, step / 2)
  const scale = played(naive(), samples, pairs).error
  return forecasters
    .map((one) => {
      const { error, ...rest } = played(one, samples, pairs)
      return { name: one.name, error, mase: error / scale, ...rest }
    })
    .sort((a, b) => (Number.isNaN(a.error) ? 1 : 0) - (Number.isNaN(b.error) ? 1 : 0) || a.error - b.error)
}

function checked(history: readonly Sample[]): readonly Sample[] {
  if (!Array.isArray(history)) throw new ConfigError('backtest.history', 'a list of [time, value]', history)
  const samples = history.filter(([time, value]) => Number.isFinite(time) && Number.isFinite(value))
  if (samples.length < 8) throw new ConfigError('backtest.history', '8 finite values or more', samples.length)
  for (let i = 1; i < samples.length; i++) {
    const [[before], [time]] = [samples[i - 1] as Sample, samples[i] as Sample]
    if (time < before) throw new ConfigError(`backtest.history[${i}]`, `a time from ${before} on`, time)
  }
  return samples
}

function usualStep(samples: readonly Sample[]): number {
  const gaps = samples.slice(1).map(([time], i) => time - (samples[i] as Sample)[0])
  const step = middleOf(Float64Array.from(gaps.filter((gap) => gap > 0)))
  if (step > 0) return step
  throw new ConfigError('backtest.history', 'values at two different times or more', samples.length)
}

/** From each sample the one that is nearest to the horizon: its place, or −1 where there is none so near. */
function pairsOf(samples: readonly Sample[], first: number, horizon: number, near: number): Int32Array {
  const pairs = new Int32Array(samples.length).fill(-1)
  let to = 0
  for (let from = first; from < samples.length; from++) {
    const due = timeOf(samples, from) + horizon
    while (to + 1 < samples.length && Math.abs(timeOf(samples, to + 1) - due) <= Math.abs(timeOf(samples, to) - due))
      to++
    if (to > from && Math.abs(timeOf(samples, to) - due) <= near) pairs[from] = to
  }
  return pairs
}

function played<S>(
  forecaster: Forecaster<S>,
  samples: readonly Sample[],
  pairs: Int32Array,
): Pick<BacktestResult, 'error' | 'coverage' | 'forecasts'> {
  const memory = forecaster.start()
  let [sum, inside, forecasts] = [0, 0, 0]
  samples.forEach(([time, value], from) => {
    const learned: unknown = forecaster.learn(memory, value, time)
    if (learned !== undefined) atOnce(forecaster.name, learned)
    const [due, came] = samples[pairs[from] as number] ?? [time, Number.NaN]
    const forecast = due > time ? atOnce(forecaster.name, forecaster.forecast(memory, time, due - time)) : undefined
    if (forecast === undefined) return
    forecasts++
    sum += Math.abs(came - forecast.value)
    if (came >= forecast.low && came <= forecast.high) inside++
  })
  return { error: sum / forecasts, coverage: inside / forecasts, forecasts }
}

function timeOf(samples: readonly Sample[], at: number): number {
  return (samples[at] as Sample)[0]
}
