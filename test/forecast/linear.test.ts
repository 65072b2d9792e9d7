import { describe, expect, test } from 'vitest'
import { linear } from '../../src/forecast/index.js'
import { uniform } from '../../src/math/random.js'
import { add, constant, drift, noise } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE } from '../detect/story.js'
import { ForecastStory } from './forecast-story.js'

describe('linear()', () => {
  test('of a noisy ramp it foretells a day ahead within 3 %, after a day', () => {
    const wave = add(constant(100), drift(10), noise(5, 6))
    const story = new ForecastStory(linear(), wave).until(DAY)
    expect(Math.abs(story.ahead(DAY).value - (100 + 480)) / 480).toBeLessThan(0.03)
  })

  test('a fifth of the values may be anything', () => {
    const ramp = add(constant(100), drift(10), noise(1, 6))
    const wave = (at: number): number => (uniform(9, at) < 0.2 ? 1e6 * uniform(8, at) : ramp(at))
    const story = new ForecastStory(linear(), wave).until(DAY)
    expect(Math.abs(story.ahead(DAY).value - (100 + 480))).toBeLessThan(60)
  })

  test('leaves a past that is over: what rose for a day and stands now is foretold to stand, after half an hour', () => {
    const wave = add((at) => Math.min(at, DAY) / HOUR, noise(0.02, 6))
    const story = new ForecastStory(linear(), wave).until(DAY + 30 * MINUTE)
    expect(Math.abs(story.ahead(DAY).value - 24)).toBeLessThan(1.5)
  })

  test('of noise without a trend it foretells no trend worth the name', () => {
    const story = new ForecastStory(linear(), add(constant(100), noise(5, 6))).until(DAY)
    expect(Math.abs(story.ahead(DAY).value - 100)).toBeLessThan(6)
  })

  test('has no opinion before 8 values', () => {
    const story = new ForecastStory(linear(), drift(1)).until(7 * MINUTE)
    expect(() => story.ahead(MINUTE)).toThrow('no opinion')
  })

  test('an option that is none is refused', () => {
    expect(() => linear({ window: 5 } as object)).toThrow('linear.window must be left out')
  })
})
