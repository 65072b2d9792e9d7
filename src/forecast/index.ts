/**
 * Forecasters: what a signal will be, with intervals from the errors that they have made.
 *
 * @packageDocumentation
 */
export { type AutoForecastState, auto } from './auto.js'
export { type BacktestOptions, type BacktestResult, backtest, type Sample } from './backtest.js'
export { type ConformalState, conformal, type ForecastOptions } from './conformal.js'
export { type HoltOptions, type HoltState, holt } from './holt.js'
export { type HoltWintersOptions, type HoltWintersState, holtWinters } from './holt-winters.js'
export { type LinearState, linear } from './linear.js'
export { type NaiveOptions, type NaiveState, naive } from './naive.js'
