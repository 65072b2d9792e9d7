import { describe, expect, test } from 'vitest'
import type { Series } from '../../benchmarks/accuracy/corpora.js'
import { type ForecastSubject, forecastRun, HORIZONS } from '../../benchmarks/accuracy/forecast-run.js'
import { forecastPage } from '../../benchmarks/accuracy/forecasts.js'
import type { Forecaster } from '../../src/model/index.js'
import { made } from './made-series.js'

const series: Series = made({
  rows: 4_000,
  at: Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [i, i % 100])),
})

/** Says so much more than the last value, and a band of a size of its own. */
function says(more: number, reach: number): ForecastSubject {
  const forecaster: Forecaster<{ last: number }> = {
    name: 'says@1',
    start: () => ({ last: 0 }),
    learn(state, value) {
      state.last = value
    },
    forecast: ({ last }) => ({ value: last + more, low: last + more - reach, high: last + more + reach }),
  }
  return { name: 'says', make: () => forecaster }
}

describe('the benchmark of forecasts', () => {
  test('takes errors at each horizon: of a saw-tooth of 100 the last value errs by what is known', () => {
    const { errors } = forecastRun(says(0, 0), series)
    // 99 of 100 values are one above the one before, one is 99 below.
    expect(Math.abs((errors[0] as number) - 1.98)).toBeLessThan(0.2)
    expect(errors[1]).toBeGreaterThan(errors[0] as number)
    expect(errors).toHaveLength(HORIZONS.length)
  })

  test('counts what is within: one above the last value holds 99 of 100, to the edge', () => {
    const { coverage } = forecastRun(says(1, 0), series)
    expect(coverage[0]?.[0]).toBeCloseTo(0.99, 2)
    expect(forecastRun(says(1, 1e6), series).coverage[1]).toEqual(HORIZONS.map(() => 1))
  })

  test('judges a horizon from eight times its length on, and nothing where a row is missing', () => {
    const short = made({ rows: 2_000, at: { 0: 1 } })
    expect(forecastRun(says(0, 0), short).errors[4]).toBeNaN()
    const gap = { ...series, value: series.value.map((value, i) => (i > 1_000 ? Number.NaN : value)) }
    expect(forecastRun(says(0, 0), gap).errors[0]).toBeGreaterThanOrEqual(1)
  })

  test('makes a page with every table', () => {
    const row = {
      forecaster: 'says',
      corpus: 'all',
      mase: [1, 1, 1, 1, 1],
      coverage: [
        [80, 80, 80, 80, 80],
        [95, 95, 95, 95, 95],
      ],
      microseconds: 1,
    }
    const ramps = [{ days: 4, noise: 0.01, runs: 2, off: [Number.POSITIVE_INFINITY, 0.1] }]
    const page = forecastPage({ split: 'made', rows: [row], ramps, saws: [{ what: '1 h', findings: 0 }] })
    expect(page).toContain('| says | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.0 |')
    expect(page).toContain('| says | all | 80.0 / 95.0 |')
    expect(page).toContain('| 4 d | 1 % | 2 | 1 | 10.0 % | not told |')
    expect(page).toContain('| 1 h | 0 |')
  })
})
