import { type Band, checkOptions, type Detector, type Forecaster, partIn } from '../model/index.js'
import { type CentreState, centre, emptyCentre } from './centre.js'
import { LEVEL_OPTIONS, type LevelOptions, within } from './level.js'

/** Options of {@link residual}, about the errors: `halfLife` is 30 minutes by default, so `adapt` is three hours. */
export type ResidualOptions = LevelOptions

/** Memory of {@link residual}: the forecaster's, and that of its errors. */
export interface ResidualState<S = unknown> {
  readonly memory: S
  readonly errors: CentreState
}

/**
 * Scores what a forecaster did not foresee: its error against the errors that it usually makes.
 *
 * Use where you have a model of the signal. What the model explains is expected; its usual bias and its usual imprecision are
 * learned, as a moving median and median distance (see {@link robust}), and are expected too.
 *
 *     error = value − forecast(now)        sigmas = |error − median of errors| / (1.4826 × MAD of errors)
 *
 * No opinion while the forecaster has none, nor before 16 of its errors. Costs what the forecaster costs and O(1), no allocation of its own.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.rate', detector: residual(myForecaster) })
 * @see Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, 2021, section 5.4.
 */
export function residual<S>(forecaster: Forecaster<S>, options: ResidualOptions = {}): Detector<ResidualState<S>> {
  checkOptions('residual', options, LEVEL_OPTIONS)
  partIn('residual.forecaster', forecaster, ['start', 'learn', 'forecast'])
  const { ready, sigmas, band, learn } = centre('residual', options, '30m')
  return {
    name: `residual@1:${forecaster.name}`,
    start: () => ({ memory: forecaster.start(), errors: emptyCentre() }),
    score({ memory, errors }, value, time) {
      if (!ready(errors)) return Number.NaN
      const forecast = forecaster.forecast(memory, time, 0)
      return forecast === undefined ? Number.NaN : sigmas(errors, errorOf(value, forecast.value))
    },
    learn({ memory, errors }, value, time) {
      const forecast = forecaster.forecast(memory, time, 0)
      if (forecast !== undefined) learn(errors, errorOf(value, forecast.value), time)
      forecaster.learn(memory, value, time)
    },
    expect({ memory, errors }, time): Band | undefined {
      if (!ready(errors)) return undefined
      const forecast = forecaster.forecast(memory, time, 0)
      if (forecast === undefined || Number.isNaN(forecast.value)) return undefined
      const about = within(forecast.value)
      const { value, low, high } = band(errors)
      return { value: about + value, low: about + low, high: about + high }
    },
  }
}

/** Both are held within what can be squared, so that their difference is finite. */
function errorOf(value: number, forecast: number): number {
  return within(value) - within(forecast)
}
