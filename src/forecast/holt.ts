import { emptySteps, learnStep, type Steps } from '../math/steps.js'
import { checkOptions, type Forecaster, numberIn } from '../model/index.js'
import { type ConformalState, calibratedBy, type ForecastOptions, type Plain } from './conformal.js'
import { type Bank, emptyBank, foretellBank, learnBank, openBank } from './holt-bank.js'

/** Options of {@link holt}. */
export interface HoltOptions extends ForecastOptions {
  /** How much of a trend is left after a step, the usual time between two values; from 0.5 to 1, where it goes on for ever. @defaultValue 0.9 */
  readonly damping?: number
}

/** Memory of {@link holt}: 29 numbers. */
export interface HoltState extends Steps {
  readonly bank: Bank
  count: number
}

/** How much of a trend is usually left after a step. */
export const DAMPING = 0.9

/**
 * A level and a trend that follow the values by exponential smoothing; the trend fades with the distance.
 *
 *     value = level + (damping + damping² + … + damping^steps) × trend
 *
 * Use for signals without a rhythm whose trend changes. Eight pairs of smoothing factors run side by side, and the one with the smallest squared
 * errors one step ahead speaks. Where values come irregularly, a gap of g steps counts as g smoothings; errors of more than 4 times the usual are pulled in.
 * O(1) a value; 29 numbers of state and those of {@link conformal}.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'queue.depth', detector: residual(holt()) })
 * @see Gardner and McKenzie, "Forecasting trends in time series", 1985; Wright, "Forecasting data published at irregular time
 * intervals using an extension of Holt's method", 1986; Gelper, Fried and Croux, "Robust forecasting with exponential and Holt-Winters smoothing", 2010.
 */
export function holt(options: HoltOptions = {}): Forecaster<ConformalState<HoltState>> {
  checkOptions('holt', options, ['sigmas', 'damping'])
  const damping = numberIn('holt.damping', options.damping ?? DAMPING, 0.5, 1)
  return calibratedBy('holt', `holt@1:${damping}`, plainHolt(damping), options)
}

export function plainHolt(damping: number): Plain<HoltState> {
  return {
    start: () => ({ ...emptySteps(), bank: emptyBank(), count: 0 }),
    // Of values at one time the first stands for all.
    learn(state, value, time) {
      const gap = learnStep(state, time)
      if (state.count === 0) openBank(state.bank, value)
      else if (gap > 0) learnBank(state.bank, value, gap, damping, state.count)
      else return
      state.count++
    },
    foretell(state, time, ahead) {
      if (state.count === 0) return Number.NaN
      const steps = state.step > 0 ? Math.max(0, time + ahead - state.time) / state.step : 0
      return foretellBank(state.bank, steps, damping)
    },
  }
}
