import { describe, expect, test } from 'vitest'
import { ewma, type FlatlineOptions, flatline } from '../../src/detect/index.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, dropouts, noise, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { DAY, HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: FlatlineOptions) => new Story(flatline(options), wave)

/** The wave, stuck at what it was from one time to another. */
const stuck =
  (wave: Wave, from: number, to: number): Wave =>
  (at) =>
    wave(at >= from && at < to ? from : at)

describe('a signal that is stuck', () => {
  test('is found within minutes, where a detector of outliers finds it perfectly normal', () => {
    const wave = stuck(quiet, 12 * HOUR, 13 * HOUR)
    const story = told(wave).until(14 * HOUR)
    expect(story.worst(0, 12 * HOUR)).toBe(0)
    expect(story.above(5, 12 * HOUR + 3 * MINUTE, 13 * HOUR)).toBe(1)
    expect(story.worst(13 * HOUR, 14 * HOUR)).toBe(0)
    expect(new Story(ewma(), wave).until(14 * HOUR).worst(12 * HOUR, 13 * HOUR)).toBeLessThan(4)
  })

  test('the longer it is stuck the higher the score', () => {
    const scores = told(stuck(quiet, 12 * HOUR, 20 * HOUR))
      .until(18 * HOUR)
      .between(12 * HOUR + 10_000, 18 * HOUR)
      .map(({ score }) => score)
    expect(scores).toEqual(scores.slice().sort((a, b) => a - b))
  })

  test('two equal values in a row are no finding', () => {
    const story = told(quiet).until(12 * HOUR)
    const value = story.moments.at(-1)?.value as number
    expect(story.ask(value)).toBeLessThan(5)
    expect(story.ask(value + 1e-9)).toBe(0)
  })

  test('noise within tolerance is stuck too', () => {
    const wave: Wave = (at) => stuck(quiet, 12 * HOUR, 13 * HOUR)(at) + noise(1e-4, 2)(at)
    expect(
      told(wave)
        .until(13 * HOUR)
        .worst(12 * HOUR, 13 * HOUR),
    ).toBe(0)
    expect(
      told(wave, { tolerance: 0.01 })
        .until(13 * HOUR)
        .worst(12 * HOUR, 13 * HOUR),
    ).toBeGreaterThan(5)
  })

  test('after adapt a constant is the new normal', () => {
    const story = told(stuck(quiet, 2 * DAY, 5 * DAY), { adapt: '6h' }).until(3 * DAY)
    expect(story.above(5, 2 * DAY + HOUR, 2 * DAY + 5.9 * HOUR)).toBe(1)
    expect(story.worst(2 * DAY + 6.1 * HOUR, 3 * DAY)).toBe(0)
  })

  test('a constant longer than half of what was known before it is no news', () => {
    const story = told(stuck(quiet, HOUR, 9 * HOUR)).until(3 * HOUR)
    expect(story.worst(HOUR, 1.4 * HOUR)).toBeGreaterThan(5)
    expect(story.worst(1.6 * HOUR, 3 * HOUR)).toBe(0)
  })
})

describe('signals that repeat themselves by nature', () => {
  test('a coin, rounded noise and a count that is mostly 0 exceed 3 as often as a Gaussian does, to a factor of three', () => {
    const coin = (seed: number, at: number) => (uniform(seed, at) < 0.5 ? 0 : 1)
    const rounded = (seed: number, at: number) => Math.round(gaussian(seed, at))
    const rare = (seed: number, at: number) => (uniform(seed, at) < 0.9 ? 0 : 1)
    for (const draw of [coin, rounded, rare]) {
      const share = excess(flatline(), 3, { draw, hours: 24, series: 20 })
      expect(share).toBeGreaterThan(0.33)
      expect(share).toBeLessThan(3)
    }
  })

  test('of a coin, forty times heads score high and five do not', () => {
    const story = told((at) => (uniform(1, at) < 0.5 ? 0 : 1)).until(24 * HOUR)
    const head = 1
    if (story.moments.at(-1)?.value === head) story.feed(0)
    const scores = Array.from({ length: 40 }, () => {
      story.at += 10_000
      return story.feed(head)
    })
    expect(scores[5]).toBeLessThan(3)
    expect(scores[39]).toBeGreaterThan(5)
  })

  test('a signal that is still every night is known to be after some nights', () => {
    const night: Wave = (at) => (at % DAY < 8 * HOUR ? 0 : quiet(at))
    const story = told(night).until(10 * DAY, MINUTE)
    expect(story.worst(5 * DAY, 10 * DAY)).toBeLessThan(5)
  })

  test('a signal that has never moved has no opinion about it', () => {
    expect(
      told(() => 7)
        .until(2 * DAY, MINUTE)
        .moments.every(({ score }) => Number.isNaN(score)),
    ).toBe(true)
  })
})

describe('time and number', () => {
  test('a burst of a thousand equal values at one time is no run', () => {
    const story = told(quiet).until(12 * HOUR)
    for (let i = 0; i < 1_000; i++) expect(story.feed(100)).toBeLessThan(4)
  })

  test('a week of silence between two equal values is no run', () => {
    const story = told(quiet).until(12 * HOUR)
    const value = story.moments.at(-1)?.value as number
    story.at += 7 * DAY
    expect(story.ask(value)).toBeLessThan(5)
    story.feed(value)
    story.at += 10_000
    expect(story.ask(value)).toBeLessThan(5)
  })

  test('where half of the values are lost, a stuck signal is found as well', () => {
    const story = told(add(stuck(quiet, 12 * HOUR, 13 * HOUR), dropouts(0.5, 4))).until(13 * HOUR)
    expect(story.worst(0, 12 * HOUR)).toBe(0)
    expect(story.worst(12 * HOUR, 13 * HOUR)).toBeGreaterThan(5)
  })

  test('no opinion before ten minutes, nor before it has moved 16 times', () => {
    expect(
      told(quiet)
        .until(9 * MINUTE, 1_000)
        .moments.every(({ score }) => Number.isNaN(score)),
    ).toBe(true)
    const rare = told(quiet)
      .until(20 * HOUR, HOUR)
      .moments.map(({ score }) => Number.isNaN(score))
    expect(rare).toEqual([...Array(17).fill(true), ...Array(3).fill(false)])
  })

  test('a huge offset, and 0 against -0, are no matter', () => {
    expect(
      told(add(constant(8e9), noise(100, 2)))
        .until(2 * HOUR)
        .worst(0, 2 * HOUR),
    ).toBe(0)
    const zeros: Wave = (at) => (at < 2 * HOUR ? quiet(at) : at % 20_000 === 0 ? 0 : -0)
    expect(
      told(zeros)
        .until(2.5 * HOUR)
        .worst(2 * HOUR, 2.5 * HOUR),
    ).toBeGreaterThan(5)
  })
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(flatline())
  survives(flatline({ halfLife: '1ms', warmup: 0, adapt: '3650d', tolerance: 5 }))
})

test('what is no number teaches nothing', () => {
  const story = told(quiet).until(2 * HOUR)
  const before = structuredClone(story.state)
  story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
  expect(story.state).toEqual(before)
  expect(story.ask(Number.NaN)).toBeNaN()
})

test('an option out of range throws a ConfigError that names it', () => {
  expect(() => flatline({ tolerance: -1 })).toThrow(ConfigError)
  expect(() => flatline({ tolerance: -1 })).toThrow('flatline.tolerance')
  expect(() => flatline({ halfLife: 0 })).toThrow('flatline.halfLife')
  expect(() => flatline({ adapt: 0 })).toThrow('flatline.adapt')
})
