import { atOnce, type Forecast, type Forecaster, partIn } from '../model/index.js'
import type { TrendLimits } from './trend-options.js'
import { type Outlook, outlook } from './trend-outlook.js'

/** What looks ahead: the default, or a forecaster of the user's. */
export interface Foresight {
  readonly name: string
  start(): unknown
  learn(memory: unknown, height: number, time: number): void
  look(memory: unknown, time: number): Outlook
}

/** The interval of a forecaster is 3 sigmas wide. */
const WIDTH = 3

/** A forecaster of the user's, turned so that the signal rises to its limit. */
export function given(forecaster: Forecaster, limits: TrendLimits): Foresight {
  const { name } = partIn('trend.forecaster', forecaster, ['start', 'learn', 'forecast'])
  const { sign, limit, within, sure } = limits
  const turned = ({ value, low, high }: Forecast): Forecast =>
    sign > 0 ? { value, low, high } : { value: -value, low: -high, high: -low }
  return {
    name,
    start: () => forecaster.start(),
    learn(memory, height, time) {
      const learned: unknown = forecaster.learn(memory, sign * height, time)
      if (learned !== undefined) atOnce(name, learned)
    },
    look(memory, time) {
      const foretell = (ahead: number): Forecast | undefined => {
        const forecast = atOnce(name, forecaster.forecast(memory, time, ahead))
        return forecast && turned(forecast)
      }
      return outlook(foretell, { limit, within, sure, width: WIDTH }, null)
    },
  }
}
