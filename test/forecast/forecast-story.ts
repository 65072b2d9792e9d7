import type { Forecast, Forecaster } from '../../src/model/index.js'
import type { Wave } from '../../src/testing/waves.js'
import { MONDAY } from '../detect/story.js'

/** One series under one forecaster. Times count from a Monday's midnight. */
export class ForecastStory<S> {
  at = 0

  constructor(
    readonly forecaster: Forecaster<S>,
    private readonly wave: Wave,
    readonly state: S = forecaster.start(),
  ) {}

  /** Learns the wave until a time, in even steps. */
  until(end: number, every = 60_000): this {
    for (; this.at < end; this.at += every) this.forecaster.learn(this.state, this.wave(this.at), MONDAY + this.at)
    return this
  }

  /** The forecast of a time from now; now is the last value's time. */
  ahead(ahead: number, every = 60_000): Forecast {
    const forecast = this.forecaster.forecast(this.state, MONDAY + this.at - every, ahead)
    if (forecast === undefined) throw new Error('no opinion')
    return forecast
  }

  /** The mean size of errors, and the share of values within the interval, of forecasts made until a time, so far ahead. */
  judge(end: number, ahead: number, every = 60_000): { readonly error: number; readonly coverage: number } {
    let [sum, inside, count] = [0, 0, 0]
    while (this.at < end) {
      this.until(this.at + every, every)
      const { value, low, high } = this.ahead(ahead, every)
      const came = this.wave(this.at - every + ahead)
      sum += Math.abs(came - value)
      if (came >= low && came <= high) inside++
      count++
    }
    return { error: sum / count, coverage: inside / count }
  }
}
