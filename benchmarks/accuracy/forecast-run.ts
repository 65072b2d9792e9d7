/** Runs forecasters over series, strictly causal: each row is learned, and some are foretold from, at several horizons. */
import type { Forecaster } from 'pi-uptime'
import { auto, holt, holtWinters, linear, naive } from 'pi-uptime/forecast'
import { median } from '../frame.js'
import type { Series } from './corpora.js'

/** How far ahead, in rows. */
export const HORIZONS = [1, 4, 16, 64, 256] as const
/** The intervals that are judged: their sigmas, and the share that should be within. */
export const INTERVALS = [
  { sigmas: 1.2816, nominal: 80 },
  { sigmas: 1.96, nominal: 95 },
] as const

export interface ForecastSubject {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: a forecaster's memory is its own business
  make(sigmas: number): Forecaster<any>
}

export const FORECASTERS: readonly ForecastSubject[] = [
  { name: 'naive()', make: (sigmas) => naive({ sigmas }) },
  { name: "naive({ period: '1d' })", make: (sigmas) => naive({ sigmas, period: '1d' }) },
  { name: 'holt()', make: (sigmas) => holt({ sigmas }) },
  { name: 'linear()', make: (sigmas) => linear({ sigmas }) },
  { name: 'holtWinters()', make: (sigmas) => holtWinters({ sigmas }) },
  {
    name: "holtWinters({ season: 'multiplicative' })",
    make: (sigmas) => holtWinters({ sigmas, season: 'multiplicative' }),
  },
  { name: "holtWinters({ period: 'detect' })", make: (sigmas) => holtWinters({ sigmas, period: 'detect' }) },
  { name: 'auto()', make: (sigmas) => auto({ sigmas }) },
]

/** One series under one forecaster; `NaN` where there was nothing to compare. */
export interface ForecastRun {
  readonly series: Series
  /** Mean size of the errors, by horizon. */
  readonly errors: readonly number[]
  /** How many forecasts were judged, by horizon. */
  readonly counts: readonly number[]
  /** The share within each interval, by interval and horizon. */
  readonly coverage: readonly (readonly number[])[]
}

/** A horizon is judged once there have been so many times as many rows; and every so many rows are foretold from. */
const WARM = 8
const LEAST = 300
const STRIDE = 11

export function forecastRun(subject: ForecastSubject, series: Series): ForecastRun {
  const { rows, time, value } = series
  // The width of the interval is no part of the memory: one is kept for all.
  const forecasters = INTERVALS.map(({ sigmas }) => subject.make(sigmas))
  const [learner] = forecasters as [Forecaster]
  const state = learner.start()
  const tallies = HORIZONS.map(() => ({ error: 0, count: 0, inside: INTERVALS.map(() => 0) }))
  const step = median(Array.from(time.subarray(1, 500), (at, i) => at - (time[i] as number)))
  for (let row = 0; row < rows; row++) {
    if (!Number.isFinite(value[row])) continue
    const now = time[row] as number
    learner.learn(state, value[row] as number, now)
    if (row < LEAST || row % STRIDE !== 0) continue
    HORIZONS.forEach((horizon, h) => {
      if (row < WARM * horizon) return
      const [came, ahead] = [value[row + horizon] ?? Number.NaN, (time[row + horizon] ?? 0) - now]
      if (!Number.isFinite(came) || Math.abs(ahead - horizon * step) > (step * horizon) / 4) return
      const forecasts = forecasters.map((one) => one.forecast(state, now, ahead))
      const [first] = forecasts
      if (first === undefined) return
      const tally = tallies[h] as (typeof tallies)[number]
      tally.count++
      tally.error += Math.abs(first.value - came)
      forecasts.forEach((forecast, i) => {
        if (forecast && came >= forecast.low && came <= forecast.high) tally.inside[i] = (tally.inside[i] as number) + 1
      })
    })
  }
  return {
    series,
    counts: tallies.map(({ count }) => count),
    errors: tallies.map(({ error, count }) => error / count),
    coverage: INTERVALS.map((_, i) => tallies.map(({ inside, count }) => (inside[i] as number) / count)),
  }
}
