import { describe, expect, test } from 'vitest'
import { ewma, type RobustOptions, robust } from '../../src/detect/index.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, drift, gaps, noise, pulse, step, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: RobustOptions) => new Story(robust(options), wave)

/** One value in four is an outlier, of either sign. */
const dirty: Wave = (time) => (uniform(9, time) < 0.25 ? 1e6 * (uniform(8, time) - 0.5) : quiet(time))

describe('the numbers', () => {
  test('median and scale are those of the last hours, as sorting them gives', () => {
    const lognormal: Wave = (time) => Math.exp(gaussian(3, time))
    const story = told(lognormal, { halfLife: '6h' }).until(48 * HOUR)
    const sorted = (of: (value: number) => number) =>
      story
        .between(24 * HOUR, 48 * HOUR)
        .map(({ value }) => of(value))
        .sort((a, b) => a - b)
    const middle = (values: number[]) => values[values.length >> 1] as number
    const median = middle(sorted((x) => x))
    const scale = middle(sorted((x) => Math.abs(x - median))) / 0.67449
    expect(story.state.median / median).toBeCloseTo(1, 1)
    expect(story.state.scale / scale).toBeCloseTo(1, 1)
  })

  test('the first opinion is the median of the first 16 values, exactly', () => {
    const story = told((at) => (at === 0 ? 1e9 : at / 10_000), { warmup: 0 }).until(16 * 10_000)
    expect(story.state.median).toBe(8.5)
    expect(story.state.scale).toBeCloseTo(4 / 0.67449, 3)
  })

  test('the score is the distance from the median in sigmas, and the band is where it is at most 3', () => {
    const story = told(quiet).until(6 * HOUR)
    const { median, scale } = story.state
    expect(story.ask(median)).toBe(0)
    expect(story.ask(median - 7 * scale)).toBeCloseTo(7, 9)
    const band = story.detector.expect?.(story.state, MONDAY)
    expect(band?.value).toBe(median)
    expect(story.ask(band?.low as number)).toBeCloseTo(3, 9)
    expect(story.ask(band?.high as number)).toBeCloseTo(3, 9)
  })

  test('on Gaussian noise scores exceed 3 about as often as a Gaussian does, in youth too', () => {
    expect(excess(robust(), 3)).toBeGreaterThan(0.5)
    expect(excess(robust(), 3)).toBeLessThan(2.5)
    expect(excess(robust(), 3, { hours: 0.5, series: 200 })).toBeLessThan(2.5)
    expect(excess(robust({ halfLife: '1h' }), 3, { hours: 16, every: 60_000 })).toBeLessThan(2.5)
  })

  test('8 GB give or take 100 B: the scale is right', () => {
    const story = told(add(constant(8e9), noise(100, 3)), { halfLife: '1h' }).until(12 * HOUR)
    expect(story.state.scale).toBeGreaterThan(80)
    expect(story.state.scale).toBeLessThan(120)
  })
})

describe('outliers', () => {
  test('one value in four may be an outlier of any size: the others are judged as before, where a mean and a deviation see nothing', () => {
    const story = told(dirty).until(12 * HOUR)
    expect(Math.abs(story.state.median - 100)).toBeLessThan(2)
    expect(story.state.scale).toBeGreaterThan(4)
    expect(story.state.scale).toBeLessThan(11)
    expect(story.ask(170)).toBeGreaterThan(6)
    expect(new Story(ewma(), dirty).until(12 * HOUR).ask(170)).toBeLessThan(1)
  })

  test('one outlier moves the median by less than a fifth of a sigma, whatever its size', () => {
    for (const size of [1e3, 1e9, 1e300, -1e300]) {
      const story = told(quiet).until(6 * HOUR)
      const before = story.state.median
      story.feed(size)
      expect(Math.abs(story.state.median - before)).toBeLessThan(1)
      expect(story.ask(150)).toBeGreaterThan(7)
    }
  })

  test('a start in the middle of an incident is forgotten within a quarter of an hour', () => {
    const story = told(add(quiet, pulse(1_000, 0, '2m'))).until(17 * MINUTE)
    expect(Math.abs(story.state.median - 100)).toBeLessThan(5)
    expect(story.ask(200)).toBeGreaterThan(5)
  })
})

describe('shifts and time', () => {
  test('a shift stays abnormal until it has lasted for adapt, and then is the new normal', () => {
    const story = told(add(quiet, step(60, '6h'))).until(9 * HOUR)
    expect(story.above(5, 6 * HOUR, 6.9 * HOUR)).toBeGreaterThan(0.99)
    expect(story.worst(7.1 * HOUR, 9 * HOUR)).toBeLessThan(6)
    expect(Math.abs(story.state.median - 160)).toBeLessThan(3)
  })

  test('a shift that comes back within adapt leaves the old normal in place', () => {
    const story = told(add(quiet, pulse(300, '6h', '8h')), { halfLife: '30m' }).until(12 * HOUR)
    expect(story.above(20, 6 * HOUR + MINUTE, 8 * HOUR)).toBe(1)
    expect(story.worst(8 * HOUR, 12 * HOUR)).toBeLessThan(5)
  })

  for (const every of [1_000, 10_000, 30_000]) {
    test(`after one half-life a small shift is half learned, at one value every ${every / 1_000} s`, () => {
      let moved = 0
      for (let seed = 0; seed < 20; seed++) {
        const story = told(add(noise(5, seed), step(2, '12h'))).until(12 * HOUR, every)
        const before = story.state.median
        moved += story.until(12 * HOUR + 10 * MINUTE, every).state.median - before
      }
      expect(moved / 20 / 2).toBeGreaterThan(0.3)
      expect(moved / 20 / 2).toBeLessThan(0.7)
    })
  }

  test('a week of silence leaves the baseline as it was', () => {
    const week = 7 * 24 * HOUR
    const story = told(add(quiet, gaps('6h', 6 * HOUR + week))).until(6 * HOUR)
    const before = { ...story.state }
    story.at += week
    expect(story.ask(150)).toBeGreaterThan(7)
    story.feed(104)
    expect(Math.abs(story.state.median - before.median)).toBeLessThan(0.4)
    expect(story.state.scale / before.scale).toBeGreaterThan(0.9)
  })

  test('a thousand values at one time move it by less than a third of their distance', () => {
    const story = told(quiet).until(6 * HOUR)
    const before = story.state.median
    for (let i = 0; i < 1_000; i++) story.feed(110)
    expect(story.state.median - before).toBeLessThan((110 - before) / 3)
  })

  test('a slow drift is followed without a word', () => {
    expect(
      told(add(quiet, drift(10)))
        .until(24 * HOUR)
        .worst(HOUR, 24 * HOUR),
    ).toBeLessThan(5.5)
  })
})

describe('steady signals', () => {
  test('a constant that moves by rounding noise is no anomaly, one that really moves is', () => {
    const story = told((time) => 0.3 + (time % 20_000 === 0 ? 5e-17 : 0)).until(6 * HOUR)
    expect(story.worst(0, 6 * HOUR)).toBeLessThan(1)
    expect(story.ask(0.31)).toBeGreaterThan(1_000)
    expect(
      told(() => 0)
        .until(HOUR)
        .ask(1),
    ).toBe(1e6)
  })

  test('where nine values of ten are equal the tenth is usual, and much more than it is not', () => {
    const story = told((time) => (uniform(5, time) < 0.1 ? 1 : 0)).until(12 * HOUR)
    expect(story.above(5, 4 * HOUR, 12 * HOUR)).toBeLessThan(0.02)
    expect(story.ask(10)).toBeGreaterThan(15)
  })

  test('a constant that begins to move gets a scale within an hour', () => {
    const story = told(add(constant(7), (time) => (time < HOUR ? 0 : noise(1, 4)(time)))).until(3 * HOUR)
    expect(story.state.scale).toBeGreaterThan(0.7)
    expect(story.state.scale).toBeLessThan(1.5)
    expect(story.worst(2 * HOUR, 3 * HOUR)).toBeLessThan(6)
  })

  test('floor says from when on a move of a steady signal counts', () => {
    expect(
      told(() => 10, { floor: 1 })
        .until(HOUR)
        .ask(20),
    ).toBeCloseTo(10, 5)
  })
})

test('no opinion before a minute, nor before 16 values', () => {
  expect(
    told(quiet)
      .until(50_000, 1_000)
      .moments.every(({ score, band }) => Number.isNaN(score) && !band),
  ).toBe(true)
  const rare = told(quiet)
    .until(20 * HOUR, HOUR)
    .moments.map(({ score }) => Number.isNaN(score))
  expect(rare).toEqual([...Array(16).fill(true), ...Array(4).fill(false)])
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(robust())
  survives(robust({ halfLife: '1ms', warmup: 0, adapt: '1ms' }))
  survives(robust({ halfLife: '3650d', floor: 1e9 }))
})

test('what is no number teaches nothing', () => {
  const story = told(quiet).until(6 * HOUR)
  const before = { ...story.state }
  story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
  expect(story.state).toEqual(before)
  expect(story.ask(Number.NaN)).toBeNaN()
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => robust({ halfLife: 0 })).toThrow(ConfigError)
  expect(() => robust({ halfLife: 0 })).toThrow('robust.halfLife')
  expect(() => robust({ clip: 1 })).toThrow('robust.clip')
  expect(() => robust({ floor: -1 })).toThrow('robust.floor')
  expect(() => robust({ warmup: '-1s' as never })).toThrow('robust.warmup')
})
