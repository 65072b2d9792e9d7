import { describe, expect, test } from 'vitest'
import { ewma, type QuantileOptions, quantile } from '../../src/detect/index.js'
import { sigmasOf } from '../../src/math/normal.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, gaps, noise, step, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: QuantileOptions) => new Story(quantile(options), wave)
const lognormal = (seed: number, at: number) => Math.exp(gaussian(seed, at))

describe('the score is how rare a value is', () => {
  test('inside what was seen it is that of counting and sorting', () => {
    const story = told((at) => lognormal(3, at), { halfLife: '30d' }).until(48 * HOUR)
    const values = story.moments.map(({ value }) => value)
    for (const value of [0.3, 0.8, 2, 4, 7]) {
      const above = values.filter((one) => one > value).length / values.length
      expect(Math.abs(story.ask(value) - sigmasOf(2 * Math.min(above, 1 - above))), `at ${value}`).toBeLessThan(0.1)
    }
    expect(story.ask(1)).toBeLessThan(0.1)
  })

  test('beyond what was seen it goes on growing: twice as far is more unusual', () => {
    const story = told(quiet).until(24 * HOUR)
    const scores = [112, 120, 130, 160, 1_000, 1e9, 1e300].map((value) => story.ask(value))
    expect(scores).toEqual(scores.slice().sort((a, b) => a - b))
    expect(scores[2]).toBeGreaterThan(4)
    expect(scores[3]).toBeGreaterThan(5)
    expect(scores[4]).toBeGreaterThan(7)
  })

  test('on Gaussian, lopsided, heavy and discrete values scores exceed 3 as often as a Gaussian does, to a factor of three', () => {
    const dice = (seed: number, at: number) =>
      Math.floor(6 * uniform(seed, at)) + Math.floor(6 * uniform(seed + 50, at))
    const heavy = (seed: number, at: number) => gaussian(seed, at) / Math.sqrt(0.1 + uniform(seed + 50, at))
    for (const draw of [gaussian, lognormal, heavy]) {
      const share = excess(quantile(), 3, { draw, hours: 24, series: 10, from: 1 })
      expect(share).toBeGreaterThan(0.33)
      expect(share).toBeLessThan(3)
    }
    expect(excess(quantile(), 3, { draw: dice, hours: 24, series: 10, from: 1 })).toBeLessThan(3)
    expect(excess(ewma(), 3, { draw: lognormal, hours: 24, series: 10, from: 1 })).toBeGreaterThan(5)
  })

  test('in youth too', () => {
    expect(excess(quantile(), 3, { hours: 0.5, series: 200 })).toBeLessThan(3)
    expect(excess(quantile(), 3, { draw: lognormal, hours: 0.5, series: 200 })).toBeLessThan(5)
  })

  test('the band is where the score is about 3', () => {
    const story = told((at) => lognormal(3, at)).until(24 * HOUR)
    const band = story.detector.expect?.(story.state, MONDAY)
    expect(band?.value).toBeCloseTo(1, 1)
    expect(Math.abs(story.ask(band?.low as number) - 3)).toBeLessThan(0.3)
    expect(Math.abs(story.ask(band?.high as number) - 3)).toBeLessThan(0.3)
    expect((band?.high as number) - 1).toBeGreaterThan(5 * (1 - (band?.low as number)))
  })
})

describe('signals that a deviation from a mean misjudges', () => {
  test('two levels that are both usual score low, what lies far beyond them high', () => {
    const story = told((at) => (uniform(7, at) < 0.3 ? 200 : 100) + noise(2, 3)(at)).until(24 * HOUR)
    expect(story.worst(2 * HOUR, 24 * HOUR)).toBeLessThan(4)
    expect(story.ask(200)).toBeLessThan(2)
    expect(story.ask(1_000)).toBeGreaterThan(4)
  })

  test('where nine values of ten are 0, a 1 is usual and a 50 is not', () => {
    const story = told((at) => (uniform(5, at) < 0.1 ? 1 : 0)).until(24 * HOUR)
    expect(story.ask(0)).toBeLessThan(1)
    expect(story.ask(1)).toBeLessThan(2.5)
    expect(story.ask(50)).toBeGreaterThan(5)
  })

  test('8 GB give or take 100 B is no matter', () => {
    const story = told(add(constant(8e9), noise(100, 3))).until(12 * HOUR)
    expect(story.ask(8e9)).toBeLessThan(0.5)
    expect(story.ask(8e9 + 1_000)).toBeGreaterThan(4.5)
  })

  test('a constant that moves by rounding noise is no anomaly, one that really moves is', () => {
    const story = told((at) => 0.3 + (at % 20_000 === 0 ? 5e-17 : 0)).until(6 * HOUR)
    expect(story.worst(0, 6 * HOUR)).toBeLessThan(3)
    expect(story.ask(0.31)).toBeGreaterThan(100)
  })
})

describe('outliers, shifts and time', () => {
  test('an outlier does not hide a smaller one', () => {
    for (const size of [1e3, 1e300, -1e300]) {
      const story = told(quiet).until(24 * HOUR)
      story.feed(size)
      story.until(25 * HOUR)
      expect(story.ask(160)).toBeGreaterThan(4.5)
      expect(story.ask(100)).toBeLessThan(1)
    }
  })

  test('a new level becomes usual by and by: unusual at first, not after an hour in a memory of a day', () => {
    const story = told(add(quiet, step(60, '24h'))).until(25 * HOUR)
    expect(story.worst(24 * HOUR, 24 * HOUR + MINUTE)).toBeGreaterThan(5)
    expect(story.worst(24.9 * HOUR, 25 * HOUR)).toBeLessThan(3)
    expect(story.until(96 * HOUR).ask(100)).toBeGreaterThan(1)
  })

  test('a week of silence changes nothing, and the first value after it little', () => {
    const week = 7 * 24 * HOUR
    const story = told(add(quiet, gaps('24h', 24 * HOUR + week))).until(24 * HOUR)
    const before = story.ask(115)
    story.at += week
    expect(story.ask(115)).toBe(before)
    story.feed(104)
    expect(Math.abs(story.ask(115) - before)).toBeLessThan(0.2)
  })

  test('a thousand values at one time weigh less than a quarter of the memory', () => {
    const story = told(quiet).until(24 * HOUR)
    for (let i = 0; i < 1_000; i++) story.feed(500)
    expect(story.ask(95)).toBeLessThan(1.3)
    expect(story.ask(100)).toBeLessThan(0.5)
  })

  test('a value an hour is enough', () => {
    expect(excess(quantile(), 3, { hours: 24 * 60, every: HOUR, from: 24 * 5 })).toBeLessThan(3)
  })
})

test('no opinion before a minute, nor before 32 values', () => {
  expect(
    told(quiet)
      .until(50_000, 1_000)
      .moments.every(({ score, band }) => Number.isNaN(score) && !band),
  ).toBe(true)
  const rare = told(quiet)
    .until(36 * HOUR, HOUR)
    .moments.map(({ score }) => Number.isNaN(score))
  expect(rare).toEqual([...Array(32).fill(true), ...Array(4).fill(false)])
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(quantile())
  survives(quantile({ halfLife: '1ms', warmup: 0 }))
  survives(quantile({ halfLife: '3650d' }))
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => quantile({ halfLife: 0 })).toThrow(ConfigError)
  expect(() => quantile({ halfLife: 0 })).toThrow('quantile.halfLife')
  expect(() => quantile({ warmup: -1 })).toThrow('quantile.warmup')
})
