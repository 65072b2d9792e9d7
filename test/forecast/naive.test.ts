import { describe, expect, test } from 'vitest'
import { naive } from '../../src/forecast/index.js'
import { gaussian } from '../../src/math/random.js'
import { add, constant, noise, seasonal } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE, MONDAY } from '../detect/story.js'
import { ForecastStory } from './forecast-story.js'

/** Steps of a standard Gaussian each minute. */
function walk(seed: number): (at: number) => number {
  const values = [0]
  return (at) => {
    const minute = Math.round(at / MINUTE)
    while (values.length <= minute) values.push((values.at(-1) as number) + gaussian(seed, values.length))
    return values[minute] as number
  }
}

describe('naive()', () => {
  test('foretells the last value', () => {
    const story = new ForecastStory(naive(), noise(5, 3)).until(HOUR)
    const last = noise(5, 3)(HOUR - MINUTE)
    expect(story.ahead(MINUTE).value).toBe(last)
    expect(story.ahead(DAY).value).toBe(last)
  })

  test('of a random walk its interval grows with the root of time', () => {
    const story = new ForecastStory(naive({ sigmas: 1.2816 }), walk(1)).until(3 * DAY)
    const width = (ahead: number): number => story.ahead(ahead).high - story.ahead(ahead).low
    expect(width(64 * MINUTE) / width(4 * MINUTE)).toBeGreaterThan(2)
    expect(width(64 * MINUTE) / width(4 * MINUTE)).toBeLessThan(6.5)
  })

  test.each([1, 16, 64])(
    'of random walks its interval of 1.28 sigmas holds in four of five, within 3 points, %i steps ahead',
    (steps) => {
      const shares = Array.from({ length: 8 }, (_, seed) =>
        new ForecastStory(naive({ sigmas: 1.2816 }), walk(seed)).until(DAY).judge(4 * DAY, steps * MINUTE),
      )
      const mean = shares.reduce((sum, { coverage }) => sum + coverage, 0) / shares.length
      expect(mean).toBeGreaterThan(0.77)
      expect(mean).toBeLessThan(0.83)
    },
  )

  test('with a period it foretells what was so long ago', () => {
    const wave = add(constant(100), seasonal({ amplitude: 50 }))
    const story = new ForecastStory(naive({ period: '1d' }), wave).until(DAY + 6 * HOUR, 5 * MINUTE)
    const { value } = story.ahead(6 * HOUR, 5 * MINUTE)
    expect(value).toBeCloseTo(wave(DAY + 12 * HOUR - 5 * MINUTE), 5)
  })

  test('a time of the period that it has not seen is taken for the last value', () => {
    const story = new ForecastStory(naive({ period: '1d' }), seasonal({ amplitude: 50 })).until(6 * HOUR)
    expect(story.ahead(6 * HOUR).value).toBe(seasonal({ amplitude: 50 })(6 * HOUR - MINUTE))
  })

  test('has no opinion before 8 errors', () => {
    const story = new ForecastStory(naive(), constant(1)).until(8 * MINUTE)
    expect(story.forecaster.forecast(story.state, MONDAY + 7 * MINUTE, MINUTE)).toBeUndefined()
    expect(story.until(11 * MINUTE).ahead(MINUTE)).toEqual({ value: 1, low: 1, high: 1 })
  })

  test.each([
    [{ sigmas: 0 }, 'naive.sigmas must be a number from 0.1 to 6, got 0'],
    [{ period: '1s' }, 'naive.period'],
    [{ days: 1 }, 'naive.days must be left out'],
  ])('%o is refused', (options, message) => {
    expect(() => naive(options as object)).toThrow(message)
  })
})
