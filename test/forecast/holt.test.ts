import { describe, expect, test } from 'vitest'
import { holt } from '../../src/forecast/index.js'
import { add, constant, drift, noise, pulse, step } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE } from '../detect/story.js'
import { ForecastStory } from './forecast-story.js'

describe('holt()', () => {
  test('follows a trend: ten steps ahead it errs less than a third of what the trend makes', () => {
    const wave = add(constant(100), drift(60), noise(0.2, 5))
    const { error } = new ForecastStory(holt({ damping: 1 }), wave).until(6 * HOUR).judge(12 * HOUR, 10 * MINUTE)
    expect(error).toBeLessThan(10 / 3)
  })

  test('far ahead a trend fades: no forecast is further off than nine of the last steps', () => {
    const story = new ForecastStory(holt(), drift(60)).until(6 * HOUR)
    const last = drift(60)(6 * HOUR - MINUTE)
    expect(story.ahead(30 * DAY).value - last).toBeGreaterThan(7)
    expect(story.ahead(30 * DAY).value - last).toBeLessThan(9.5)
  })

  test('of noise it foretells the mean: it errs a quarter less than the last value would', () => {
    const { error } = new ForecastStory(holt(), noise(5, 5)).until(6 * HOUR).judge(2 * DAY, MINUTE)
    const naive = 5 * Math.SQRT2 * Math.sqrt(2 / Math.PI)
    expect(error / naive).toBeLessThan(0.77)
  })

  test('goes with a lasting shift within some steps', () => {
    const story = new ForecastStory(holt(), add(constant(100), noise(1, 5), step(500, '6h'))).until(6.5 * HOUR)
    expect(Math.abs(story.ahead(MINUTE).value - 600)).toBeLessThan(10)
  })

  test('one value far out moves it by no more than some of the usual errors', () => {
    const wave = add(constant(100), noise(1, 5), pulse(1e6, '6h', 6 * HOUR + MINUTE))
    const story = new ForecastStory(holt(), wave).until(6 * HOUR + 2 * MINUTE)
    expect(Math.abs(story.ahead(MINUTE).value - 100)).toBeLessThan(30)
  })

  test('where values come irregularly a trend goes by time, not by values', () => {
    const story = new ForecastStory(holt({ damping: 1 }), drift(60))
    for (let i = 0; story.at < 12 * HOUR; i++) story.until(story.at + 1, ([1, 2, 5][i % 3] as number) * MINUTE)
    const now = drift(60)(story.at)
    const { value } = story.forecaster.forecast(story.state, 1_704_067_200_000 + story.at, HOUR) ?? { value: 0 }
    expect(Math.abs(value - now - 60)).toBeLessThan(3)
  })

  test.each([
    [{ damping: 1.1 }, 'holt.damping must be a number from 0.5 to 1, got 1.1'],
    [{ alpha: 0.1 }, 'holt.alpha must be left out'],
  ])('%o is refused', (options, message) => {
    expect(() => holt(options as object)).toThrow(message)
  })
})
