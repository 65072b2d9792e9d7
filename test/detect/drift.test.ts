import { describe, expect, test } from 'vitest'
import { type DriftOptions, drift, ewma } from '../../src/detect/index.js'
import { gaussian } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import {
  add,
  constant,
  dropouts,
  noise,
  pulse,
  seasonal,
  step,
  drift as trend,
  type Wave,
} from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { DAY, HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: DriftOptions) => new Story(drift(options), wave)

describe('a slow trend', () => {
  test('of a tenth of the noise an hour is found within a day, where a moving level sees nothing', () => {
    for (const perHour of [0.5, -0.5]) {
      const wave = add(quiet, trend(perHour, '2d'))
      const story = told(wave).until(3.5 * DAY)
      expect(story.worst(DAY, 2 * DAY)).toBeLessThan(4)
      expect(story.worst(2 * DAY, 3 * DAY)).toBeGreaterThan(5)
      expect(new Story(ewma(), wave).until(3.5 * DAY).worst(2 * DAY, 3 * DAY)).toBeLessThan(5.5)
    }
  })

  test('the slope is right: so much for each of the 32 spans', () => {
    const story = told(add(quiet, trend(3.2))).until(2 * DAY, MINUTE)
    expect((story.state.trend.slope * 32) / 24).toBeCloseTo(3.2, 1)
  })

  test('that ends is over when the horizon has left it behind', () => {
    const story = told((at) => quiet(at) + Math.min(at, 2 * DAY) / HOUR).until(4 * DAY, MINUTE)
    expect(story.worst(1.5 * DAY, 2 * DAY)).toBeGreaterThan(6)
    expect(story.worst(3.2 * DAY, 4 * DAY)).toBeLessThan(4)
  })

  test('smaller than floor is of no interest', () => {
    const wave = add(quiet, trend(0.5))
    expect(
      told(wave, { floor: 100 })
        .until(2 * DAY, MINUTE)
        .worst(DAY, 2 * DAY),
    ).toBe(0)
    expect(
      told(wave, { floor: 5 })
        .until(2 * DAY, MINUTE)
        .worst(DAY, 2 * DAY),
    ).toBeGreaterThan(5)
  })

  test('the band is about the middle of the horizon: what rises ends above it', () => {
    const band = told(add(quiet, trend(5)))
      .until(2 * DAY, MINUTE)
      .moments.at(-1)?.band
    expect(Math.abs((band?.value as number) - 280)).toBeLessThan(10)
    expect((band?.high as number) - (band?.low as number)).toBeLessThan(20)
  })
})

describe('what is no trend', () => {
  test('on noise, Gaussian or lopsided, scores exceed 3 as often as a Gaussian does, to a factor of three', () => {
    const lognormal = (seed: number, at: number) => Math.exp(gaussian(seed, at))
    for (const draw of [gaussian, lognormal]) {
      const share = excess(drift(), 3, { draw, hours: 20 * 24, every: 10 * MINUTE, series: 100 })
      expect(share).toBeGreaterThan(0.33)
      expect(share).toBeLessThan(3)
    }
  })

  test('a single step stays below 5, and is gone with the horizon', () => {
    const story = told(add(quiet, step(100, '3d'))).until(5 * DAY, MINUTE)
    expect(story.worst(0, 5 * DAY)).toBeLessThan(4.3)
    expect(story.worst(4.2 * DAY, 5 * DAY)).toBeLessThan(4)
  })

  test('a rhythm that fits into the horizon is none, though it rises for hours', () => {
    const wave = add(quiet, seasonal({ amplitude: 200, period: '1d' }))
    expect(
      told(wave)
        .until(7 * DAY, MINUTE)
        .worst(0, 7 * DAY),
    ).toBeLessThan(4)
    expect(
      told(wave, { horizon: '7d' })
        .until(28 * DAY, 5 * MINUTE)
        .worst(0, 28 * DAY),
    ).toBeLessThan(4)
  })

  test('outliers, of any size, make none and hide none', () => {
    const odd = add(quiet, pulse(1e9, '40h', 40.1 * HOUR), pulse(-1e12, '44h', 44.1 * HOUR))
    expect(
      told(odd)
        .until(2 * DAY, MINUTE)
        .worst(DAY, 2 * DAY),
    ).toBeLessThan(4)
    expect(
      told(add(odd, trend(3)))
        .until(2 * DAY, MINUTE)
        .worst(1.9 * DAY, 2 * DAY),
    ).toBeGreaterThan(3)
  })

  test('rounding noise is none, nor is a constant', () => {
    expect(
      told((at) => 1e9 + at / 1e12)
        .until(3 * DAY, MINUTE)
        .worst(0, 3 * DAY),
    ).toBe(0)
    expect(
      told(() => 7)
        .until(3 * DAY, MINUTE)
        .worst(0, 3 * DAY),
    ).toBe(0)
  })
})

describe('time', () => {
  test('irregular sampling gives the same trend', () => {
    const wave = add(quiet, trend(3.2))
    const half = told(add(wave, dropouts(0.7, 3))).until(2 * DAY, MINUTE)
    expect((half.state.trend.slope * 32) / 24).toBeCloseTo(3.2, 0)
    expect(half.worst(1.5 * DAY, 2 * DAY)).toBeGreaterThan(6)
  })

  test('a thousand values at one time are one moment', () => {
    const story = told(quiet).until(1.5 * DAY + 10 * MINUTE, MINUTE)
    const { seen, mean } = story.state
    for (let i = 0; i < 1_000; i++) story.feed(1e6)
    expect(story.state.seen).toBe(seen + 1)
    expect(story.state.mean).toBeCloseTo(mean + (1e6 - mean) / (seen + 1), 6)
  })

  test('after a silence longer than the horizon it begins anew', () => {
    const story = told(quiet).until(2 * DAY, MINUTE)
    expect(story.ask(100)).not.toBeNaN()
    story.at += 7 * DAY
    story.feed(100)
    expect(story.state.filled).toBe(1)
    expect(story.ask(100)).toBeNaN()
  })

  test('no opinion before half of the horizon is known', () => {
    const story = told(quiet).until(DAY, MINUTE)
    expect(story.between(0, 12 * HOUR).every(({ score, band }) => Number.isNaN(score) && !band)).toBe(true)
    expect(story.between(12.8 * HOUR, DAY).some(({ score }) => Number.isNaN(score))).toBe(false)
  })

  test('8 GB that grow by a MB an hour', () => {
    const story = told(add(constant(8e9), noise(1e6, 3), trend(1e6))).until(2 * DAY, MINUTE)
    expect(story.worst(1.5 * DAY, 2 * DAY)).toBeGreaterThan(6)
  })
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(drift())
  survives(drift({ horizon: '1s' }))
  survives(drift({ horizon: '3650d', floor: 1e9 }))
})

test('what is no number teaches nothing', () => {
  const story = told(quiet).until(DAY, MINUTE)
  const before = structuredClone(story.state)
  story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
  expect(story.state).toEqual(before)
  expect(story.ask(Number.NaN)).toBeNaN()
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => drift({ horizon: 0 })).toThrow(ConfigError)
  expect(() => drift({ horizon: '10ms' })).toThrow('drift.horizon')
  expect(() => drift({ floor: -1 })).toThrow('drift.floor')
})
