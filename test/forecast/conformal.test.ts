import { describe, expect, test } from 'vitest'
import { conformal, naive } from '../../src/forecast/index.js'
import { uniform } from '../../src/math/random.js'
import type { Forecaster } from '../../src/model/index.js'
import { constant } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE, MONDAY } from '../detect/story.js'
import { ForecastStory } from './forecast-story.js'

const zero: Forecaster<null> = {
  name: 'zero@1',
  start: () => null,
  learn() {},
  forecast: () => ({ value: 0, low: 0, high: 0 }),
}

/** Cauchy noise, but of one side mostly: no Gaussian would do. */
const odd = (at: number): number => {
  const size = Math.tan((Math.PI / 2) * uniform(3, at))
  return uniform(4, at) < 0.9 ? size : -size
}

describe('conformal()', () => {
  test.each([
    [1.2816, 0.8],
    [1.6449, 0.9],
    [1.96, 0.95],
  ])('an interval of %d sigmas holds %d of errors of any distribution, within 4 points', (sigmas, nominal) => {
    for (const ahead of [1, 4, 10, 16]) {
      const story = new ForecastStory(conformal(zero, { sigmas }), odd).until(DAY)
      const { coverage } = story.judge(4 * DAY, ahead * MINUTE)
      expect(Math.abs(coverage - nominal), `${ahead} steps ahead: ${coverage}`).toBeLessThan(0.04)
    }
  })

  test('each side is as wide as errors on that side are', () => {
    const { low, high } = new ForecastStory(conformal(zero, { sigmas: 1.2816 }), odd).until(DAY).ahead(MINUTE)
    expect(high).toBeGreaterThan(3 * -low)
  })

  test('beyond what has been seen it grows with time', () => {
    const story = new ForecastStory(conformal(zero), odd).until(HOUR)
    const [day, month] = [story.ahead(DAY), story.ahead(30 * DAY)]
    expect(month.high / day.high).toBeGreaterThanOrEqual(30 ** 0.25 - 1e-9)
    expect(month.high / day.high).toBeLessThanOrEqual(30 + 1e-9)
  })

  test('a forecaster that answers by a promise is a fault, which names it', () => {
    const late = { ...zero, forecast: async () => ({ value: 0, low: 0, high: 0 }) } as unknown as Forecaster<null>
    const story = new ForecastStory(conformal(late), constant(1))
    expect(() => story.until(HOUR)).toThrow('zero@1')
  })

  test('carries the name of what it is around: its memory is another', () => {
    expect(conformal(zero).name).toBe('conformal@1(zero@1)')
  })

  test('a value that is none teaches nothing', () => {
    const [one, other] = [new ForecastStory(naive(), constant(1)), new ForecastStory(naive(), constant(1))]
    one.until(HOUR)
    other.until(HOUR)
    other.forecaster.learn(other.state, Number.NaN, MONDAY + HOUR)
    expect(other.state).toEqual(one.state)
  })

  test.each([
    [undefined, {}, 'conformal.forecaster must be an object'],
    [{ ...zero, name: 'zero' }, {}, "conformal.forecaster.name must be a name with a version, as in 'ceiling@1'"],
    [{ ...zero, learn: 1 }, {}, 'conformal.forecaster.learn must be a function, got 1'],
    [zero, { sigmas: 7 }, 'conformal.sigmas must be a number from 0.1 to 6, got 7'],
  ])('%o is refused', (forecaster, options, message) => {
    expect(() => conformal(forecaster as Forecaster, options)).toThrow(message)
  })
})
