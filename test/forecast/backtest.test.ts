import { describe, expect, test } from 'vitest'
import { backtest, holtWinters, linear, naive, type Sample } from '../../src/forecast/index.js'
import type { Forecaster } from '../../src/model/index.js'
import { add, constant, drift, noise, seasonal, type Wave } from '../../src/testing/waves.js'
import { DAY, MINUTE, MONDAY } from '../detect/story.js'

const EVERY = 10 * MINUTE

function history(wave: Wave, days = 4): readonly Sample[] {
  return Array.from({ length: (days * DAY) / EVERY }, (_, i): Sample => [MONDAY + i * EVERY, wave(i * EVERY)])
}

const rhythm = history(add(constant(100), seasonal({ amplitude: 50 }), noise(1, 4)))

/** Knows the rhythm by heart. */
const oracle: Forecaster<null> = {
  name: 'oracle@1',
  start: () => null,
  learn() {},
  forecast(_, time, ahead) {
    const value = 100 + seasonal({ amplitude: 50 })(time + ahead - MONDAY)
    return { value, low: value - 3, high: value + 3 }
  },
}
const silent: Forecaster<null> = { name: 'silent@1', start: () => null, learn() {}, forecast: () => undefined }

describe('backtest()', () => {
  test('ranks forecasters by their errors, the best first', () => {
    const names = backtest([naive(), holtWinters(), oracle], rhythm, { horizon: '6h' }).map(({ name }) => name)
    expect(names).toEqual(['oracle@1', holtWinters().name, 'naive@1'])
  })

  test('another history, another order', () => {
    const ramp = history(add(drift(10), noise(1, 4)))
    expect(backtest([naive(), holtWinters(), linear()], ramp, { horizon: '1d' })[0]?.name).toBe('linear@1')
  })

  test('says errors in the signal’s unit, and as a part of those of the last value', () => {
    const [best, worst] = backtest([naive(), oracle], rhythm, { horizon: '12h' })
    expect(best?.error).toBeCloseTo(Math.sqrt(2 / Math.PI), 1)
    expect(best?.mase).toBeCloseTo((best?.error as number) / (worst?.error as number), 9)
    expect(worst?.mase).toBe(1)
  })

  test('says how often the interval held', () => {
    const [result] = backtest([oracle], rhythm)
    expect(result?.coverage).toBeGreaterThan(0.99)
  })

  test('compares from the end of the warm-up on, with what came at the horizon', () => {
    const [result] = backtest([oracle], rhythm, { horizon: '1h', warmup: 0.5 })
    expect(result?.forecasts).toBe(rhythm.length / 2 - 6)
  })

  test('nobody is told what comes: values after a moment change no forecast made before it', () => {
    const seen: number[][] = [[], []]
    const spy = (run: number): Forecaster<{ last: number }> => ({
      name: 'spy@1',
      start: () => ({ last: 0 }),
      learn(state, value) {
        state.last = value
      },
      forecast({ last }) {
        seen[run]?.push(last)
        return { value: last, low: last, high: last }
      },
    })
    backtest([spy(0)], rhythm, { warmup: 0 })
    backtest(
      [spy(1)],
      rhythm.map(([time, value], i): Sample => [time, i < 300 ? value : 1e6]),
      { warmup: 0 },
    )
    expect(seen[1]?.slice(0, 300)).toEqual(seen[0]?.slice(0, 300))
  })

  test('who foretells nothing comes last, with no figures', () => {
    const results = backtest([silent, naive()], rhythm)
    expect(results[1]).toEqual({
      name: 'silent@1',
      error: Number.NaN,
      mase: Number.NaN,
      coverage: Number.NaN,
      forecasts: 0,
    })
  })

  test('where there is a gap, nothing is compared across it', () => {
    const gap = rhythm.filter((_, i) => i < 300 || i >= 330)
    const [result] = backtest([oracle], gap, { warmup: 0 })
    expect(result?.forecasts).toBe(gap.length - 2)
  })

  test('values that are no numbers are left out', () => {
    const some = rhythm.map(([time, value], i): Sample => [time, i % 10 === 0 ? Number.NaN : value])
    expect(backtest([naive()], some)[0]?.error).toBeGreaterThan(0)
  })

  test.each([
    [[], rhythm, {}, 'backtest.forecasters must be a list of one forecaster or more'],
    [[naive(), {}], rhythm, {}, 'backtest.forecasters[1].name must be'],
    [[naive()], rhythm.slice(0, 7), {}, 'backtest.history must be 8 finite values or more, got 7'],
    [
      [naive()],
      rhythm.map(([, value]): Sample => [MONDAY, value]),
      {},
      'backtest.history must be values at two different times',
    ],
    [[naive()], rhythm.toReversed(), {}, 'backtest.history[1] must be a time from'],
    [[naive()], 'rhythm', {}, 'backtest.history must be a list of [time, value]'],
    [[naive()], rhythm, { horizon: '1m' }, 'backtest.horizon'],
    [[naive()], rhythm, { warmup: 1 }, 'backtest.warmup must be a number from 0 to 0.9, got 1'],
  ])('bad input %# is refused by name', (forecasters, samples, options, message) => {
    expect(() => backtest(forecasters as never, samples as never, options as never)).toThrow(message)
  })
})
