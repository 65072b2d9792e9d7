import { describe, expect, test } from 'vitest'
import { type ChangeOptions, change, ewma } from '../../src/detect/index.js'
import { gaussian } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, noise, pulse, step, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: ChangeOptions) => new Story(change(options), wave)
const loud =
  (from: number, to: number, spread: number): Wave =>
  (at) =>
    100 + noise(at >= from && at < to ? spread : 5, 1)(at)

/** Minutes from a moment until the score first exceeds 5. */
function delay(story: Story<unknown>, from: number): number {
  const first = story.between(from, Infinity).find(({ score }) => score > 5)
  return ((first?.at ?? Infinity) - from) / MINUTE
}

describe('small shifts that last', () => {
  test('one sigma up or down is found within a quarter of an hour, where a detector of outliers sees nothing', () => {
    for (const by of [5, -5]) {
      const wave = add(quiet, step(by, '12h'))
      const story = told(wave).until(13 * HOUR)
      expect(story.worst(11 * HOUR, 12 * HOUR)).toBeLessThan(4)
      expect(delay(story, 12 * HOUR)).toBeLessThan(15)
      expect(new Story(ewma(), wave).until(13 * HOUR).worst(12 * HOUR, 13 * HOUR)).toBeLessThan(5)
    }
  })

  test('the larger the shift the sooner: three sigmas take two minutes', () => {
    expect(delay(told(add(quiet, step(15, '12h'))).until(13 * HOUR), 12 * HOUR)).toBeLessThan(3)
  })

  test('half a sigma is found within the hour by a detector that is set for it', () => {
    expect(delay(told(add(quiet, step(2.5, '12h')), { shift: 0.5 }).until(14 * HOUR), 12 * HOUR)).toBeLessThan(60)
  })

  test('noise that doubles is found, and noise that is gone', () => {
    expect(delay(told(loud(12 * HOUR, 13 * HOUR, 10)).until(13 * HOUR), 12 * HOUR)).toBeLessThan(25)
    expect(delay(told(loud(12 * HOUR, 13 * HOUR, 0)).until(13 * HOUR), 12 * HOUR)).toBeLessThan(25)
  })

  test('an outlier is no change, whatever its size', () => {
    for (const size of [200, 1e6, 1e300, -1e300]) {
      const story = told(quiet).until(12 * HOUR)
      expect(story.ask(size)).toBeLessThan(3)
      story.feed(size)
      expect(story.until(13 * HOUR).worst(12 * HOUR, 13 * HOUR)).toBeLessThan(4.5)
    }
  })
})

describe('after a change', () => {
  test('it is the new normal when it has been seen for adapt, and the way back is a change again', () => {
    const story = told(add(quiet, pulse(15, '12h', '20h'))).until(24 * HOUR)
    expect(story.above(4, 12.1 * HOUR, 13.9 * HOUR)).toBe(1)
    expect(story.worst(14.5 * HOUR, 20 * HOUR)).toBeLessThan(4.5)
    expect(Math.abs(story.between(19 * HOUR, 20 * HOUR)[0]?.band?.value as number) - 115).toBeLessThan(2)
    expect(delay(story, 20 * HOUR)).toBeLessThan(3)
    expect(story.worst(23 * HOUR, 24 * HOUR)).toBeLessThan(4.5)
  })

  test('one that goes before adapt leaves the old normal in place, and is over within half an hour', () => {
    const story = told(add(quiet, pulse(15, '12h', '13h'))).until(16 * HOUR)
    expect(story.worst(13.5 * HOUR, 16 * HOUR)).toBeLessThan(4.5)
    expect(Math.abs(story.state.mean - 100)).toBeLessThan(1)
  })

  test('a shift by a thousand sigmas is accepted as well', () => {
    const story = told(add(quiet, step(5_000, '12h'))).until(18 * HOUR)
    expect(story.above(4, 12.1 * HOUR, 13.8 * HOUR)).toBe(1)
    expect(story.worst(15 * HOUR, 18 * HOUR)).toBeLessThan(4.5)
  })
})

describe('what is no change', () => {
  test('on Gaussian noise scores exceed 3 as often as a Gaussian does, to a factor of three', () => {
    const share = excess(change(), 3, { hours: 24, series: 20 })
    expect(share).toBeGreaterThan(0.33)
    expect(share).toBeLessThan(3)
    expect(excess(change({ shift: 0.5 }), 3, { hours: 24, series: 20 })).toBeLessThan(3)
    expect(excess(change(), 3, { hours: 3, series: 100 })).toBeLessThan(3)
  })

  test('on lopsided values no more often', () => {
    const draw = (seed: number, at: number) => Math.exp(gaussian(seed, at))
    expect(excess(change(), 3, { draw, hours: 24, series: 20 })).toBeLessThan(3)
  })

  test('on values that resemble those before them no more often, once that is known', () => {
    const memory = new Map<number, number>()
    const draw = (seed: number, at: number) => {
      const value = 0.7 * (at === 0 ? 0 : (memory.get(seed) as number)) + gaussian(seed, at)
      memory.set(seed, value)
      return value
    }
    expect(excess(change(), 3, { draw, hours: 24, series: 20, from: 3 })).toBeLessThan(3)
  })

  test('a burst of a thousand equal values at one time is the evidence of one', () => {
    const story = told(quiet).until(12 * HOUR)
    const before = story.ask(112)
    for (let i = 0; i < 1_000; i++) expect(story.feed(112)).toBeLessThan(3)
    expect(story.ask(112)).toBeLessThan(before + 1.5)
  })

  test('a week of silence makes the evidence so far old', () => {
    const story = told(add(quiet, step(5, '12h'))).until(12 * HOUR + 10 * MINUTE)
    expect(story.ask(105)).toBeGreaterThan(3)
    story.at += 7 * 24 * HOUR
    expect(story.ask(105)).toBeLessThan(1)
  })

  test('a constant with rounding noise, and 8 GB give or take 100 B', () => {
    expect(
      told((at) => 0.3 + (at % 20_000 === 0 ? 5e-17 : 0))
        .until(12 * HOUR)
        .worst(0, 12 * HOUR),
    ).toBeLessThan(3)
    const huge = told(add(constant(8e9), noise(100, 3), step(200, '12h'))).until(12.5 * HOUR)
    expect(huge.worst(0, 12 * HOUR)).toBeLessThan(4.5)
    expect(delay(huge, 12 * HOUR)).toBeLessThan(10)
  })
})

test('the band is about the baseline', () => {
  const band = told(quiet)
    .until(12 * HOUR)
    .moments.at(-1)?.band
  expect(Math.abs((band?.value as number) - 100)).toBeLessThan(1)
  expect((band?.high as number) - (band?.low as number)).toBeCloseTo(30, -1)
})

test('no opinion before ten minutes, nor before 64 values', () => {
  const story = told(quiet).until(9 * MINUTE, 1_000)
  expect(story.moments.every(({ score, band }) => Number.isNaN(score) && band === undefined)).toBe(true)
  const rare = told(quiet).until(66 * HOUR, HOUR).moments
  expect(rare.map(({ score }) => Number.isNaN(score))).toEqual([...Array(64).fill(true), false, false])
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(change())
  survives(change({ halfLife: '1ms', warmup: 0, adapt: '1ms', shift: 4 }))
  survives(change({ halfLife: '3650d', adapt: '3650d', shift: 0.25 }))
})

test('what is no number teaches nothing', () => {
  const story = told(quiet).until(2 * HOUR)
  const before = structuredClone(story.state)
  story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
  expect(story.state).toEqual(before)
  expect(story.ask(Number.NaN)).toBeNaN()
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => change({ shift: 0 })).toThrow(ConfigError)
  expect(() => change({ shift: 5 })).toThrow('change.shift')
  expect(() => change({ halfLife: 0 })).toThrow('change.halfLife')
  expect(() => change({ adapt: 0 })).toThrow('change.adapt')
  expect(() => change({ floor: -1 })).toThrow('change.floor')
})
