import { describe, expect, test } from 'vitest'
import { auto, backtest, holt, holtWinters, linear, naive, type Sample } from '../../src/forecast/index.js'
import { gaussian } from '../../src/math/random.js'
import { add, constant, drift, noise, seasonal, type Wave } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE, MONDAY } from '../detect/story.js'

const EVERY = 5 * MINUTE

function history(wave: Wave, days: number): readonly Sample[] {
  return Array.from({ length: (days * DAY) / EVERY }, (_, i): Sample => [MONDAY + i * EVERY, wave(i * EVERY)])
}

function randomWalk(): Wave {
  const values: number[] = [100]
  return (at) => {
    while (values.length <= at / EVERY) values.push((values.at(-1) as number) + gaussian(5, values.length))
    return values[at / EVERY] as number
  }
}

const waves: Readonly<Record<string, Wave>> = {
  'a daily rhythm': add(constant(100), seasonal({ amplitude: 50 }), noise(1, 4)),
  'a ramp': add(constant(100), drift(10), noise(20, 4)),
  noise: add(constant(100), noise(5, 4)),
  'a random walk': randomWalk(),
}

describe('auto()', () => {
  test.each(Object.keys(waves))('of %s it errs no more than a third over the best, three hours ahead', (name) => {
    const all = [naive(), holt(), linear(), holtWinters(), auto()]
    const results = backtest(all, history(waves[name] as Wave, 6), { horizon: '3h', warmup: 0.5 })
    const own = results.find((result) => result.name === 'auto@1')?.error as number
    expect(own).toBeLessThan((4 / 3) * (results[0]?.error as number))
  })

  test('for each horizon another one may speak', () => {
    // The last value is best a step ahead, the rhythm half a day ahead.
    const rhythm = seasonal({ amplitude: 50 })
    const walk = randomWalk()
    const samples = history((at) => 20 * Math.sin(walk(at) / 10) + rhythm(at), 8)
    for (const horizon of ['5m', '12h'] as const) {
      const results = backtest([naive(), holtWinters(), auto()], samples, { horizon, warmup: 0.5 })
      const own = results.find(({ name }) => name === 'auto@1')?.error as number
      expect(own, horizon).toBeLessThan(1.25 * (results[0]?.error as number))
    }
  })

  test('has an opinion as soon as naive() has', () => {
    const [of, other] = [auto(), naive()].map((forecaster) => {
      const state = forecaster.start()
      let first = 0
      for (let i = 0; first === 0; i++) {
        forecaster.learn(state as never, i, MONDAY + i * MINUTE)
        if (forecaster.forecast(state as never, MONDAY + i * MINUTE, HOUR)) first = i
      }
      return first
    })
    expect(of).toBe(other)
  })

  test('an option that is none is refused', () => {
    expect(() => auto({ from: [] } as object)).toThrow('auto.from must be left out')
  })
})
