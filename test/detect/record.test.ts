import { describe, expect, test } from 'vitest'
import { ewma, type RecordOptions, record } from '../../src/detect/index.js'
import { tailOf } from '../../src/math/normal.js'
import { gaussian } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, drift, noise, pulse, seasonal, step, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { DAY, HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: RecordOptions) => new Story(record(options), wave)

describe('the score', () => {
  test('inside of what was seen is 0, whatever the values do there', () => {
    const story = told((at) => (Math.floor(at / MINUTE) % 7 === 0 ? 500 : quiet(at))).until(12 * HOUR)
    for (const value of [90, 100, 300, 499]) expect(story.ask(value)).toBe(0)
    expect(story.ask(600)).toBeGreaterThan(3)
    expect(story.ask(-500)).toBeGreaterThan(3)
  })

  test('beyond it is the chance of such a record among blocks of time, both ways', () => {
    const story = told(quiet).until(48 * HOUR)
    const { high, filled } = story.state.blocks
    const top = Math.max(...story.moments.map(({ value }) => value))
    const beyond = 10 * high.gap
    const chance = (2 * (1 + (0.05 * beyond) / high.gap) ** -20) / (filled + 1)
    expect(tailOf(story.ask(top + beyond)) / chance).toBeCloseTo(1, 6)
    expect(story.ask(top + 2 * beyond)).toBeGreaterThan(story.ask(top + beyond))
  })

  test('the band is where the score is at most 3', () => {
    const story = told(quiet).until(48 * HOUR)
    const band = story.detector.expect?.(story.state, MONDAY)
    expect(story.ask(band?.low as number)).toBeCloseTo(3, 6)
    expect(story.ask(band?.high as number)).toBeCloseTo(3, 6)
    expect((band?.high as number) - (band?.low as number)).toBeGreaterThan(40)
  })

  test('on noise, Gaussian or lopsided, scores exceed 3 no more often than a Gaussian does', () => {
    expect(excess(record(), 3, { hours: 24, series: 20 })).toBeLessThan(1)
    const lognormal = (seed: number, at: number) => Math.exp(gaussian(seed, at))
    expect(excess(record(), 3, { draw: lognormal, hours: 24, series: 20 })).toBeLessThan(1)
    expect(excess(record(), 3, { hours: 24 * 60, every: HOUR })).toBeLessThan(1)
  })
})

describe('what was seen is no news', () => {
  test('a rhythm that a moving level would follow late is none from the second day on', () => {
    const wave = add(quiet, seasonal({ amplitude: 200, period: '1d' }))
    expect(
      told(wave)
        .until(5 * DAY, MINUTE)
        .worst(DAY, 5 * DAY),
    ).toBeLessThan(4)
  })

  test('an incident like that of a fortnight ago is none, one of forty days ago is', () => {
    const wave = add(quiet, pulse(900, '7d', 7 * DAY + 3 * HOUR))
    const story = told(wave, { memory: '30d' }).until(21 * DAY, MINUTE)
    expect(story.ask(1_000)).toBe(0)
    expect(story.until(47 * DAY, MINUTE).ask(1_000)).toBeGreaterThan(5)
  })

  test('a slow drift that always went on is none', () => {
    expect(
      told(add(quiet, drift(5)))
        .until(4 * DAY, MINUTE)
        .worst(6 * HOUR, 4 * DAY),
    ).toBeLessThan(4)
  })

  test('an outlier of a moving level that is no record does not score, a record does', () => {
    const wave: Wave = (at) => quiet(at) + (at < DAY ? 100 * Math.sin(at / HOUR) : 0)
    const story = told(wave).until(DAY + 12 * HOUR)
    expect(new Story(ewma(), wave).until(DAY + 12 * HOUR).ask(170)).toBeGreaterThan(10)
    expect(story.ask(170)).toBe(0)
    expect(story.ask(400)).toBeGreaterThan(3)
    expect(story.ask(1_000)).toBeGreaterThan(5)
  })
})

describe('outliers and shifts', () => {
  test('one outlier does not hide the next, whatever its size', () => {
    for (const size of [1e3, 1e6, -1e6]) {
      const story = told(quiet).until(DAY)
      expect(story.feed(size)).toBeGreaterThan(6)
      story.at += 10_000
      story.until(DAY + HOUR)
      expect(story.ask(size)).toBeGreaterThan(6)
    }
  })

  test('values that stay beyond are abnormal until they have for adapt, then normal, and what lies further is as odd as before', () => {
    const story = told(add(quiet, step(200, DAY))).until(DAY + 4 * HOUR)
    expect(story.above(3, DAY, DAY + 0.95 * HOUR)).toBe(1)
    expect(story.worst(DAY + 1.1 * HOUR, DAY + 4 * HOUR)).toBeLessThan(4)
    expect(story.ask(400)).toBeGreaterThan(5)
    expect(story.ask(90)).toBe(0)
  })

  test('values that come back within adapt leave the record nearly where it was', () => {
    const story = told(add(quiet, pulse(200, DAY, DAY + 30 * MINUTE))).until(DAY + 2 * HOUR)
    expect(story.ask(300)).toBeGreaterThan(4)
  })
})

describe('awkward input', () => {
  test('8 GB give or take 100 B', () => {
    const story = told(add(constant(8e9), noise(100, 3))).until(12 * HOUR)
    expect(story.ask(8e9)).toBe(0)
    expect(story.ask(8e9 + 2_000)).toBeGreaterThan(5)
  })

  test('a constant that moves by rounding noise is no record, one that really moves is', () => {
    const story = told((at) => 0.3 + (at % 20_000 === 0 ? 5e-17 : 0)).until(6 * HOUR)
    expect(story.worst(0, 6 * HOUR)).toBe(0)
    expect(story.ask(0.3 + 1e-10)).toBeLessThan(3)
    expect(story.ask(0.31)).toBeGreaterThan(10)
    expect(
      told(() => 10, { floor: 1 })
        .until(6 * HOUR)
        .ask(11),
    ).toBeLessThan(3)
  })

  test('a thousand values at one time, far out, teach no more than one', () => {
    const story = told(quiet).until(DAY)
    for (let i = 0; i < 1_000; i++) story.feed(500)
    story.at += 10_000
    expect(story.until(DAY + HOUR).ask(500)).toBeGreaterThan(5)
  })

  test('a week of silence changes nothing', () => {
    const story = told(quiet).until(DAY)
    const before = story.ask(200)
    story.at += 7 * DAY
    story.feed(100)
    expect(story.ask(200)).toBeGreaterThan(before - 0.3)
  })

  test('no opinion before an hour, nor before 32 values in 8 blocks', () => {
    expect(
      told(quiet)
        .until(59 * MINUTE, 1_000)
        .moments.every(({ score, band }) => Number.isNaN(score) && !band),
    ).toBe(true)
    const rare = told(quiet)
      .until(40 * HOUR, HOUR)
      .moments.map(({ score }) => Number.isNaN(score))
    expect(rare.slice(0, 32).every((none) => none)).toBe(true)
    expect(rare.slice(33).some((none) => none)).toBe(false)
  })
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(record())
  survives(record({ memory: '1s', warmup: 0, adapt: '1ms' }))
  survives(record({ memory: '3650d', adapt: '3650d', floor: 1e9 }))
})

test('what is no number teaches nothing', () => {
  const story = told(quiet).until(2 * HOUR)
  const before = structuredClone(story.state)
  story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
  expect(story.state).toEqual(before)
  expect(story.ask(Number.NaN)).toBeNaN()
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => record({ memory: 0 })).toThrow(ConfigError)
  expect(() => record({ memory: '1ms' })).toThrow('record.memory')
  expect(() => record({ floor: -1 })).toThrow('record.floor')
  expect(() => record({ adapt: 0 })).toThrow('record.adapt')
})
