import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { residual } from '../../src/detect/index.js'
import { auto, conformal, holt, holtWinters, linear, naive } from '../../src/forecast/index.js'
import type { Forecaster } from '../../src/model/index.js'
import { detectorContract } from '../../src/testing/contracts/index.js'
import { survives } from '../detect/hostile.js'
import { MONDAY } from '../detect/story.js'

const bare: Forecaster<{ last: number }> = {
  name: 'bare@1',
  start: () => ({ last: 0 }),
  learn(state, value) {
    state.last = value
  },
  forecast: ({ last }) => ({ value: last, low: last, high: last }),
}

// biome-ignore lint/suspicious/noExplicitAny: each has a memory of its own
const forecasters: Readonly<Record<string, Forecaster<any>>> = {
  'naive()': naive(),
  "naive({ period: '1d' })": naive({ period: '1d' }),
  'holt()': holt(),
  'holt({ damping: 1 })': holt({ damping: 1 }),
  'linear()': linear(),
  'holtWinters()': holtWinters(),
  "holtWinters({ period: '10m' })": holtWinters({ period: '10m' }),
  "holtWinters({ period: 'detect' })": holtWinters({ period: 'detect' }),
  "holtWinters({ season: 'multiplicative', period: '1h' })": holtWinters({ season: 'multiplicative', period: '1h' }),
  'auto()': auto(),
  'conformal(bare)': conformal(bare),
}

const wild = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 100, -5, 1e300, -1e300, 5e-324, Number.MAX_VALUE),
  fc.double({ min: 90, max: 110, noNaN: true }),
)
const gap = fc.oneof(fc.constantFrom(0, 1, 10_000, 10_000), fc.double({ min: 0, max: 1e12, noNaN: true }))

for (const [name, forecaster] of Object.entries(forecasters)) {
  describe(name, () => {
    for (const law of detectorContract(residual(forecaster))) test(`under residual(): ${law.name}`, () => law.run())

    test('whatever comes, its memory stays finite and goes on from a saved one', () => {
      survives(residual(forecaster))
    }, 120_000)

    test('whatever comes, forecasts are finite and within their interval, at any horizon', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(wild, gap), { minLength: 1, maxLength: 200 }), (rows) => {
          const state = forecaster.start()
          let time = MONDAY
          for (const [value, wait] of rows) {
            time += wait
            forecaster.learn(state, value, time)
          }
          for (const ahead of [0, 1, 1e4, 1e7, 1e12]) {
            const forecast = forecaster.forecast(state, time, ahead)
            if (forecast === undefined) continue
            const { low, value, high } = forecast
            expect(Number.isFinite(low) && Number.isFinite(high), JSON.stringify(forecast)).toBe(true)
            expect(low <= value && value <= high, JSON.stringify(forecast)).toBe(true)
          }
        }),
        { numRuns: 60 },
      )
    }, 120_000)
  })
}
