import { describe, expect, test } from 'vitest'
import { type SeasonalOptions, type SeasonalState, seasonal } from '../../src/detect/index.js'
import { add, constant, noise, repeat, type Wave } from '../../src/testing/waves.js'
import { survives } from './hostile.js'
import { DAY, HOUR, MINUTE, Story } from './story.js'

const told = (wave: Wave, options?: SeasonalOptions) => new Story<SeasonalState>(seasonal(options), wave)

/** A batch job: a third of each period it runs, and that is ten times the load. */
const batch = (period: number) =>
  add(
    constant(100),
    repeat(
      (time) => (time < period / 3 ? 900 * Math.min(1, (3 * Math.min(time, period / 3 - time)) / (period / 6)) : 0),
      period,
    ),
    noise(5, 1),
  )

describe('a period of one’s own', () => {
  test('of eight hours is foretold from the second day on, where the day alone cries', () => {
    const story = told(batch(8 * HOUR), { period: '8h' }).until(6 * DAY, MINUTE)
    expect(story.worst(3 * DAY, 6 * DAY)).toBeLessThan(6)
  })

  test('of a week of 7.3 days and one of 25 minutes do as well', () => {
    expect(
      told(batch(25 * MINUTE), { period: '25m', halfLife: '5m' })
        .until(2 * DAY, 10_000)
        .above(5, DAY, 2 * DAY),
    ).toBeLessThan(0.001)
  })

  test('is part of the name: memory of another period is not loaded', () => {
    expect(seasonal().name).toBe('seasonal@3')
    expect(seasonal({ period: '8h' }).name).toBe('seasonal@3:28800000')
    expect(seasonal({ period: 'detect' }).name).toBe('seasonal@3:detect')
  })

  test('out of range is refused', () => {
    expect(() => seasonal({ period: '1s' })).toThrow('seasonal.period must be')
    expect(() => seasonal({ period: 'weekly' as never })).toThrow('seasonal.period must be')
  })
})

describe('a period that is detected', () => {
  test.each([1, 3, 7.3])('of %d hours is found within a few of them, and kept', (hours) => {
    const story = told(batch(hours * HOUR), { period: 'detect' }).until(3 * DAY, MINUTE)
    expect(Math.abs((24 * story.state.slot) / HOUR / hours - 1)).toBeLessThan(0.03)
  })

  test('raises fewer alarms than the day alone', () => {
    const wave = batch(3 * HOUR)
    const [detected, daily] = [told(wave, { period: 'detect' }), told(wave)].map((story) =>
      story.until(6 * DAY, MINUTE).above(5, 2 * DAY, 6 * DAY),
    ) as [number, number]
    expect(detected).toBeLessThan(0.5 * daily + 1e-4)
  })

  test('is the day where there is none, and where there is noise only', () => {
    expect(told(add(constant(100), noise(5, 1)), { period: 'detect' }).until(5 * DAY, MINUTE).state.slot).toBe(HOUR)
  })

  test('whatever comes, the memory stays finite and survives', () => {
    survives(seasonal({ period: 'detect', warmup: 0, halfLife: '1m' }))
  })
})
