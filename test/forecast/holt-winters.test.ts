import { describe, expect, test } from 'vitest'
import { holt, holtWinters, naive } from '../../src/forecast/index.js'
import { add, constant, drift, multiply, noise, seasonal, step, type Wave } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE } from '../detect/story.js'
import { ForecastStory } from './forecast-story.js'

const EVERY = 5 * MINUTE
const daily = add(constant(100), seasonal({ amplitude: 50 }), noise(1, 4))

describe('holtWinters()', () => {
  test('of a daily rhythm it errs a tenth of the last value, six hours ahead', () => {
    const errorOf = (forecaster: ReturnType<typeof holtWinters> | ReturnType<typeof naive>): number =>
      new ForecastStory(forecaster as ReturnType<typeof naive>, daily)
        .until(3 * DAY, EVERY)
        .judge(5 * DAY, 6 * HOUR, EVERY).error
    expect(errorOf(holtWinters()) / errorOf(naive())).toBeLessThan(0.1)
  })

  test('until it has seen a period it is holt()', () => {
    const of = (forecaster: ReturnType<typeof holt>): number =>
      new ForecastStory(forecaster, daily).until(20 * HOUR, EVERY).ahead(HOUR, EVERY).value
    expect(of(holtWinters() as unknown as ReturnType<typeof holt>)).toBe(of(holt()))
  })

  test('a drift takes nothing from it, a shift to four times the level half for some days', () => {
    const errorOf = (wave: Wave): number =>
      new ForecastStory(holtWinters(), wave).until(7 * DAY, EVERY).judge(9 * DAY, 3 * HOUR, EVERY).error
    const naively = new ForecastStory(naive(), daily).until(7 * DAY, EVERY).judge(9 * DAY, 3 * HOUR, EVERY).error
    expect(errorOf(add(daily, drift(0.5)))).toBeLessThan(0.2 * naively)
    expect(errorOf(add(daily, step(300, '5d')))).toBeLessThan(0.6 * naively)
  })

  test('a swing that grows with the level is foretold better by factors than by sums', () => {
    const wave = multiply(add(constant(100), drift(2)), add(constant(1), seasonal({ amplitude: 0.5 })))
    const errorOf = (season: 'additive' | 'multiplicative'): number =>
      new ForecastStory(holtWinters({ season }), wave).until(5 * DAY, EVERY).judge(8 * DAY, 6 * HOUR, EVERY).error
    expect(errorOf('multiplicative')).toBeLessThan(0.7 * errorOf('additive'))
  })

  test('knows a period of another length', () => {
    const wave = add(constant(100), seasonal({ amplitude: 50, period: '90m' }), noise(1, 4))
    const { error } = new ForecastStory(holtWinters({ period: '90m' }), wave).until(12 * HOUR).judge(DAY, 45 * MINUTE)
    expect(error).toBeLessThan(3)
  })

  test('detects a period by itself', () => {
    const wave = add(constant(100), seasonal({ amplitude: 50, period: '4h' }), noise(1, 4))
    const story = new ForecastStory(holtWinters({ period: 'detect' }), wave).until(4 * DAY)
    expect(story.judge(5 * DAY, 2 * HOUR).error).toBeLessThan(4)
  })

  test('values of 0 and below do no harm to factors: they are as good as none', () => {
    const wave = add(seasonal({ amplitude: 50 }), noise(1, 4))
    const { error } = new ForecastStory(holtWinters({ season: 'multiplicative' }), wave)
      .until(3 * DAY, EVERY)
      .judge(4 * DAY, EVERY, EVERY)
    expect(error).toBeLessThan(5)
  })

  test.each([
    [{ season: 'both' }, "holtWinters.season must be one of 'additive', 'multiplicative'"],
    [{ period: '31d' }, 'holtWinters.period'],
    [{ damping: 0 }, 'holtWinters.damping must be a number from 0.5 to 1, got 0'],
    [{ alpha: 0.1 }, 'holtWinters.alpha must be left out'],
  ])('%o is refused', (options, message) => {
    expect(() => holtWinters(options as object)).toThrow(message)
  })
})
