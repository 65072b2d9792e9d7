import { describe, expect, test } from 'vitest'
import { auto, ewma, seasonal } from '../../src/detect/index.js'
import type { AutoState } from '../../src/detect/statistics.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { add, constant, drift, noise, pulse, step, type Wave, seasonal as wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { DAY, HOUR, MINUTE, MONDAY, Story } from './story.js'

const told = (wave: Wave) => new Story<AutoState>(auto(), wave)
const at = (hour: number) => hour * HOUR

/** Normal data of many kinds. */
const draws: Readonly<Record<string, (seed: number, at: number) => number>> = {
  Gaussian: gaussian,
  'Gaussian about 1e9': (seed, at) => 1e9 + gaussian(seed, at),
  exponential: (seed, at) => -Math.log(1 - uniform(seed, at)),
  lognormal: (seed, at) => Math.exp(gaussian(seed, at)),
  'heavy-tailed, three degrees of freedom': (seed, at) =>
    gaussian(seed, at) /
    Math.sqrt((gaussian(seed + 500, at) ** 2 + gaussian(seed + 600, at) ** 2 + gaussian(seed + 700, at) ** 2) / 3),
  'counts, mostly 0': (seed, at) => (uniform(seed, at) < 0.9 ? 0 : uniform(seed, at) < 0.99 ? 1 : 2),
  autocorrelated: (seed, at) => gaussian(seed, at) + gaussian(seed, at - 10_000) + gaussian(seed, at - 20_000),
}

describe.each(Object.entries(draws))('calibrated on normal data: %s', (name, draw) => {
  const playing = { draw, hours: 12, every: 10_000, series: 30, from: 3 }
  const heavy = /heavy|log/.test(name) // one far value then shows in several statistics at once

  test(`3 sigmas are exceeded at most ${heavy ? 5 : 3} times as often as by a Gaussian, and not much less often`, () => {
    const ratio = excess(auto(), 3, playing)
    expect(ratio).toBeLessThan(heavy ? 5 : 3)
    expect(ratio).toBeGreaterThan(name.startsWith('counts') ? 0 : 1 / 3)
  })

  test(`4 sigmas are exceeded at most ${heavy ? 40 : 10} times as often`, () => {
    expect(excess(auto(), 4, playing)).toBeLessThan(heavy ? 40 : 10)
  })
})

describe('what is unusual', () => {
  const quiet = add(constant(100), noise(5, 1))
  const plays: Readonly<Record<string, readonly [Wave, RegExp]>> = {
    'a spike': [add(quiet, pulse(60, at(30), at(30) + MINUTE)), /step|course|extreme/],
    'a dip': [add(quiet, pulse(-60, at(30), at(30) + MINUTE)), /step|course|extreme/],
    'a level shift': [add(quiet, step(40, at(30))), /course|step|extreme/],
    'noise that grows threefold': [
      add(quiet, (time) => (time >= at(30) ? 3 * noise(5, 3)(time) : 0)),
      /unrest|step|extreme|course/,
    ],
  }

  test.each(Object.entries(plays))(
    '%s is over 4 sigmas within ten minutes, after a day of quiet under 5, and says what spoke',
    (_, [wave, words]) => {
      const story = told(wave).until(30 * HOUR)
      expect(story.worst(0, 30 * HOUR)).toBeLessThan(5)
      const first = wave(at(30))
      expect(story.detector.explain?.(story.state, first, MONDAY + at(30))).toMatch(words)
      story.until(30 * HOUR + 10 * MINUTE)
      expect(story.worst(30 * HOUR, 30 * HOUR + 10 * MINUTE)).toBeGreaterThan(4)
    },
  )

  test('a value in the usual range at the wrong time of day is over 4 sigmas once the day is known', () => {
    const days = add(constant(500), wave({ amplitude: 200 }), noise(5, 4))
    const story = told(days).until(10 * DAY + 6 * HOUR, MINUTE)
    expect(story.worst(7 * DAY, 10 * DAY + 6 * HOUR)).toBeLessThan(5)
    expect(story.ask(500 + 2 * 200 - days(story.at) + 500)).toBeGreaterThan(4)
  })

  test('spikes that come every hour are usual by the next day, where an ewma cries at each of them', () => {
    const hourly = add(quiet, (time) => (time % HOUR < MINUTE ? 60 : 0))
    const story = told(hourly).until(3 * DAY)
    const plain = new Story(ewma(), hourly).until(3 * DAY)
    expect(plain.worst(2 * DAY, 3 * DAY)).toBeGreaterThan(8)
    expect(story.worst(2 * DAY, 3 * DAY)).toBeLessThan(5)
  })

  test('a lasting shift becomes the new normal', () => {
    const story = told(add(quiet, step(200, at(30)))).until(3 * DAY)
    expect(story.above(4, 2 * DAY, 3 * DAY)).toBeLessThan(0.001)
    expect(story.moments.at(-1)?.band?.value).toBeCloseTo(300, -1)
  })

  test('a slow rise as large as the noise a day raises nothing over 5', () => {
    expect(
      told(add(quiet, drift(5 / DAY)))
        .until(5 * DAY, MINUTE)
        .worst(HOUR, 5 * DAY),
    ).toBeLessThan(5)
  })
})

describe('a steady signal', () => {
  test('that moves by rounding noise is no anomaly, one that really moves is', () => {
    const story = told((time) => 100 + (time % 20_000 === 0 ? 1e-9 : 0)).until(HOUR)
    expect(story.ask(100 + 2e-8)).toBeLessThan(1_000)
    expect(
      told(constant(100))
        .until(HOUR)
        .ask(100 + 1e-8),
    ).toBeLessThan(1)
    expect(told(constant(100)).until(HOUR).ask(101)).toBeGreaterThan(4)
  })

  test('whose moves are under the floor is never more than one sigma out', () => {
    const story = new Story(auto({ floor: 1 }), constant(5)).until(HOUR)
    expect(story.ask(6)).toBeLessThanOrEqual(1)
    expect(story.ask(20)).toBeGreaterThan(4)
  })
})

describe('opinions', () => {
  test('none for the first 32 values and the first minute, one for each value from then on, lasting shifts included', () => {
    const scores = told(add(constant(10), noise(1, 1), step(100, at(20))))
      .until(DAY)
      .moments.map(({ score }) => score)
    expect(scores.findIndex((score) => !Number.isNaN(score))).toBe(32)
    expect(scores.slice(32).some(Number.isNaN)).toBe(false)
  })

  test('the band is where 3 sigmas of the distance from the course are: narrow where the signal never goes', () => {
    const lopsided = (time: number) => 100 + Math.exp(1.2 * gaussian(3, time))
    const band = told(lopsided).until(DAY).moments.at(-1)?.band
    expect(band).toBeDefined()
    if (band) expect(band.high - band.value).toBeGreaterThan(2 * (band.value - band.low))
  })
})

describe('memory', () => {
  test('whatever comes, scores are no opinion or from 0 to 1e6, and the memory stays finite and survives', () => {
    survives(auto({ warmup: 0, halfLife: '1m' }))
  })

  test('takes less than 3,200 bytes of JSON after three weeks', () => {
    const story = told(add(constant(1e6), wave({ amplitude: 4e5 }), noise(1e4, 2))).until(21 * DAY, 5 * MINUTE)
    expect(JSON.stringify(story.state).length).toBeLessThan(3_200)
  })

  test('what is no number is no opinion, and teaches nothing', () => {
    const story = told(add(constant(100), noise(5, 1))).until(HOUR)
    const before = structuredClone(story.state)
    expect(story.detector.score(story.state, Number.NaN, MONDAY + story.at)).toBeNaN()
    story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
    expect(story.state).toEqual(before)
  })

  test('options are checked, naming the field', () => {
    expect(() => auto({ halfLife: -1 })).toThrowError('auto.halfLife must be')
  })

  test('as a check on the tests above: seasonal is not calibrated on heavy tails', () => {
    const draw = draws.lognormal as (seed: number, at: number) => number
    expect(excess(seasonal(), 4, { draw, hours: 12, series: 10, from: 3 })).toBeGreaterThan(20)
  })
})
