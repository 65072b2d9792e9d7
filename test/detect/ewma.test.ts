import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EwmaOptions, ewma } from '../../src/detect/index.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, drift, gaps, noise, pulse, step, type Wave } from '../../src/testing/waves.js'
import { HOUR, MINUTE, MONDAY, Story } from './story.js'

const quiet = add(constant(100), noise(5, 1))
const told = (wave: Wave, options?: EwmaOptions) => new Story(ewma(options), wave)

describe('the numbers', () => {
  test('mean and variance are those of all observations, each weighted by two to the minus its age in half-lives', () => {
    const story = told(quiet, { clip: 10 }).until(24 * HOUR)
    const weighted = (of: (value: number) => number) => {
      const last = story.moments[story.moments.length - 1]?.at as number
      const parts = story.moments.map(({ at, value }) => [2 ** ((at - last) / (10 * MINUTE)), of(value)] as const)
      return parts.reduce((sum, [weight, x]) => sum + weight * x, 0) / parts.reduce((sum, [weight]) => sum + weight, 0)
    }
    const mean = weighted((x) => x)
    expect(story.state.mean).toBeCloseTo(mean, 9)
    expect(story.state.variance).toBeCloseTo(
      weighted((x) => (x - mean) ** 2),
      9,
    )
  })

  test('the score is the distance from the mean in standard deviations', () => {
    const story = told(quiet).until(6 * HOUR)
    const { mean, variance } = story.state
    expect(story.ask(mean)).toBe(0)
    expect(story.ask(mean + 3 * Math.sqrt(variance))).toBeCloseTo(3, 9)
    expect(story.ask(mean - 7 * Math.sqrt(variance))).toBeCloseTo(7, 9)
  })

  test('the band is where the score is at most 3', () => {
    const story = told(quiet).until(6 * HOUR)
    const band = story.detector.expect?.(story.state, MONDAY)
    expect(story.ask(band?.low as number)).toBeCloseTo(3, 9)
    expect(story.ask(band?.high as number)).toBeCloseTo(3, 9)
    expect(band?.value).toBe(story.state.mean)
  })

  test('on Gaussian noise scores exceed 3 about as often as a Gaussian does, in youth too', () => {
    const counts = { young: 0, all: 0, youngOver: 0, over: 0 }
    for (let seed = 1; seed <= 40; seed++) {
      const story = told(noise(5, seed)).until(8 * HOUR)
      for (const { at, score } of story.moments) {
        if (Number.isNaN(score)) continue
        counts.all++
        if (score > 3) counts.over++
        if (at < HOUR / 2) counts.young++
        if (at < HOUR / 2 && score > 3) counts.youngOver++
      }
    }
    expect(counts.over / counts.all / 0.0027).toBeGreaterThan(0.6)
    expect(counts.over / counts.all / 0.0027).toBeLessThan(1.8)
    expect(counts.youngOver / counts.young / 0.0027).toBeLessThan(2.5)
  })

  test('8 GB give or take 100 B: the spread is exact', () => {
    const story = told(add(constant(8e9), noise(100, 3)), { halfLife: '1h' }).until(12 * HOUR)
    expect(Math.sqrt(story.state.variance)).toBeGreaterThan(90)
    expect(Math.sqrt(story.state.variance)).toBeLessThan(110)
    expect(story.ask(8e9 + 1_000)).toBeGreaterThan(8)
  })
})

describe('warm-up', () => {
  test('there is no opinion before the series is a minute old, whatever the number of observations', () => {
    const story = told(quiet).until(2 * MINUTE, 100)
    expect(story.between(0, MINUTE).every(({ score }) => Number.isNaN(score))).toBe(true)
    expect(story.between(0, MINUTE).every(({ band }) => band === undefined)).toBe(true)
    expect(story.between(MINUTE + 100, 2 * MINUTE).every(({ score }) => Number.isFinite(score))).toBe(true)
  })

  test('nor before 16 observations, however old it is', () => {
    const story = told(quiet).until(20 * HOUR, HOUR)
    expect(story.moments.map(({ score }) => Number.isNaN(score))).toEqual([
      ...Array(16).fill(true),
      ...Array(4).fill(false),
    ])
  })

  test('a start 200 sigmas away is forgotten within some fifty observations', () => {
    const story = told(add(constant(100), noise(1, 5), pulse(200, 0, 20_000))).until(10 * MINUTE)
    story.until(20 * MINUTE)
    expect(Math.abs(story.state.mean - 100)).toBeLessThan(1)
    expect(story.ask(110)).toBeGreaterThan(5)
  })

  test('a bad baseline of the first minutes does not last: what has lasted longer replaces it', () => {
    const story = told(add(step(20, '90s'), noise(1, 2))).until(10 * MINUTE, 1_000)
    expect(story.above(5, 90_000, 130_000)).toBe(1)
    expect(story.worst(5 * MINUTE, 10 * MINUTE)).toBeLessThan(5)
  })
})

describe('time', () => {
  for (const every of [1_000, 10_000, 30_000]) {
    test(`after one half-life a small shift is half learned, at one value every ${every / 1_000} s`, () => {
      let moved = 0
      for (let seed = 0; seed < 20; seed++) {
        const story = told(add(noise(5, seed), step(5, '12h'))).until(12 * HOUR, every)
        const before = story.state.mean
        moved += story.until(12 * HOUR + 10 * MINUTE, every).state.mean - before
      }
      expect(moved / 20 / 5).toBeGreaterThan(0.4)
      expect(moved / 20 / 5).toBeLessThan(0.62)
    })
  }

  test('a thousand values at one time weigh less than a quarter of the memory, and break nothing', () => {
    const story = told(quiet).until(6 * HOUR)
    const before = { ...story.state }
    for (let i = 0; i < 1_000; i++) expect(story.feed(110)).toBeGreaterThanOrEqual(0)
    expect(story.state.mean - before.mean).toBeLessThan(0.25 * (110 - before.mean))
    expect(Math.sqrt(story.state.variance / before.variance)).toBeGreaterThan(0.8)
    expect(Math.sqrt(story.state.variance / before.variance)).toBeLessThan(1.5)
  })

  test('a burst that has spent its room teaches nothing more, and costs nothing more', () => {
    const story = told(quiet).until(6 * HOUR)
    for (let i = 0; i < 1_000; i++) story.feed(110)
    const spent = { ...story.state }
    for (let i = 0; i < 1_000; i++) story.feed(90)
    expect(story.state).toEqual(spent)
  })

  test('two kinds of values recorded at one time are both usual', () => {
    const story = told(quiet)
    for (; story.at < 6 * HOUR; story.at += 10_000) {
      story.feed(10 + noise(1, 1)(story.at))
      story.feed(90 + noise(1, 2)(story.at))
    }
    expect(story.worst(HOUR, 6 * HOUR)).toBeLessThan(3)
    expect(story.ask(500)).toBeGreaterThan(5)
  })

  test('a hundred values in every second are learned as quickly as one', () => {
    const [one, many] = [told(quiet, { clip: 10 }), told(quiet, { clip: 10 })]
    for (let second = 0; second < 4_000; second++) {
      one.at = many.at = second * 1_000
      one.feed(quiet(one.at))
      for (let i = 0; i < 100; i++) many.feed(100 + noise(5, i)(many.at))
    }
    for (let second = 4_000; second < 4_600; second++) {
      one.at = many.at = second * 1_000
      one.feed(105)
      for (let i = 0; i < 100; i++) many.feed(105)
    }
    expect(one.state.mean).toBeGreaterThan(102)
    expect(Math.abs(many.state.mean - one.state.mean)).toBeLessThan(1)
  })

  test('a week of silence leaves the baseline as it was, and the first value after it changes little', () => {
    const week = 7 * 24 * HOUR
    const story = told(add(quiet, gaps('6h', 6 * HOUR + week))).until(6 * HOUR)
    const before = { ...story.state }
    story.at += week
    expect(story.ask(100)).toBeLessThan(3)
    expect(story.ask(150)).toBeGreaterThan(7)
    story.feed(104)
    expect(Math.abs(story.state.mean - before.mean)).toBeLessThan(0.3)
    expect(story.state.variance / before.variance).toBeGreaterThan(0.9)
  })

  test('a value an hour is enough: at least 22 values make up a half-life', () => {
    const story = told(quiet).until(60 * 24 * HOUR, HOUR)
    expect(story.above(5, 10 * 24 * HOUR, 60 * 24 * HOUR)).toBeLessThan(0.002)
    expect(story.ask(150)).toBeGreaterThan(5)
  })

  test('a jump of decades, as when a board without a clock boots, is one more gap', () => {
    const detector = ewma()
    const state = detector.start()
    for (let i = 0; i < 500; i++) detector.learn(state, quiet(i), i * 10_000)
    expect(detector.score(state, 100, MONDAY)).toBeLessThan(3)
    detector.learn(state, 100, MONDAY)
    expect(detector.score(state, 150, MONDAY + 10_000)).toBeGreaterThan(7)
  })
})

describe('outliers and shifts', () => {
  test('one value a thousand sigmas out does not hide what comes after it', () => {
    const story = told(add(quiet, pulse(5_000, '6h', 6 * HOUR + 10_000))).until(6 * HOUR + 10_000)
    expect(story.worst(6 * HOUR, 7 * HOUR)).toBeGreaterThan(500)
    expect(story.ask(140)).toBeGreaterThan(3.5)
    expect(Math.abs(story.state.mean - 100)).toBeLessThan(4)
    expect(story.until(7 * HOUR).ask(140)).toBeGreaterThan(6)
  })

  test('a shift stays abnormal until it has lasted for adapt, and then is the new normal', () => {
    const story = told(add(quiet, step(60, '6h'))).until(9 * HOUR)
    expect(story.between(6 * HOUR, 6.9 * HOUR).every(({ score }) => score > 5)).toBe(true)
    expect(story.worst(7.1 * HOUR, 9 * HOUR)).toBeLessThan(5)
    expect(Math.abs(story.state.mean - 160)).toBeLessThan(3)
  })

  test('adapt is followed, in both directions', () => {
    const story = told(add(quiet, pulse(-80, '6h', '12h')), { adapt: '2h' }).until(20 * HOUR)
    expect(story.above(5, 6 * HOUR, 7.9 * HOUR)).toBe(1)
    expect(story.worst(8.2 * HOUR, 12 * HOUR)).toBeLessThan(5)
    expect(story.above(5, 12 * HOUR, 13.9 * HOUR)).toBe(1)
    expect(story.worst(14.2 * HOUR, 20 * HOUR)).toBeLessThan(5)
  })

  test('a shift that comes back within adapt leaves the old normal in place', () => {
    const story = told(add(quiet, pulse(300, '6h', '8h')), { halfLife: '30m' }).until(12 * HOUR)
    expect(story.above(20, 6 * HOUR + MINUTE, 8 * HOUR)).toBe(1)
    expect(story.worst(8 * HOUR, 12 * HOUR)).toBeLessThan(5)
  })

  test('after a week of silence one odd value does not become the new normal', () => {
    const story = told(quiet).until(6 * HOUR)
    story.at += 7 * 24 * HOUR
    for (let i = 0; i < 5; i++, story.at += 10_000) story.feed(1_000)
    expect(story.ask(1_000)).toBeGreaterThan(20)
    expect(story.ask(100)).toBeLessThan(3)
  })

  test('noise that grows tenfold is learned within half an hour', () => {
    const story = told((time) => 100 + (time < 6 * HOUR ? 5 : 50) * noise(1, 9)(time)).until(9 * HOUR)
    expect(story.worst(6 * HOUR, 6.2 * HOUR)).toBeGreaterThan(5)
    expect(story.worst(6.5 * HOUR, 9 * HOUR)).toBeLessThan(5)
  })

  test('a slow drift is followed without a word', () => {
    expect(
      told(add(quiet, drift(20)))
        .until(24 * HOUR)
        .worst(HOUR, 24 * HOUR),
    ).toBeLessThan(5)
  })
})

describe('steady signals', () => {
  test('a constant that moves by rounding noise is no anomaly', () => {
    const story = told((time) => 0.3 + (time % 20_000 === 0 ? 5e-17 : 0)).until(6 * HOUR)
    expect(story.worst(0, 6 * HOUR)).toBeLessThan(1)
    expect(
      told(() => 0)
        .until(HOUR)
        .ask(1e-13),
    ).toBeLessThan(1)
    expect(
      told(() => 1e9)
        .until(HOUR)
        .ask(1e9 + 1),
    ).toBeLessThan(2)
  })

  test('a constant that really moves scores high, and the score has an end', () => {
    expect(
      told(() => 21)
        .until(HOUR)
        .ask(21.1),
    ).toBeGreaterThan(1_000)
    expect(
      told(() => 0)
        .until(HOUR)
        .ask(1),
    ).toBe(1e6)
    expect(
      told(() => 0)
        .until(HOUR)
        .ask(Number.MAX_VALUE),
    ).toBe(1e6)
  })

  test('floor says from when on a move of a steady signal counts', () => {
    const story = told(() => 10, { floor: 1 }).until(HOUR)
    expect(story.ask(11)).toBeCloseTo(1, 5)
    expect(story.ask(20)).toBeCloseTo(10, 5)
  })

  test('a signal that was constant so far learns a spread from a few values, not from days of them', () => {
    const story = told((time) => (time > HOUR && (time / 10_000) % 6 === 0 ? 1 : 0)).until(5 * HOUR)
    expect(story.worst(HOUR, 1.1 * HOUR)).toBe(1e6)
    expect(story.worst(4 * HOUR, 5 * HOUR)).toBeLessThan(20)
  })
})

describe('whatever comes', () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 100, 101, 99, 1e9))
  const gap = fc.oneof(fc.constantFrom(0, 0, 1, 10_000), fc.double({ min: 0, max: 1e13, noNaN: true }))
  const rows = fc.array(fc.tuple(value, gap), { minLength: 1, maxLength: 400 })
  const options = fc.record({
    halfLife: fc.constantFrom('1ms', '10m', '3650d'),
    adapt: fc.constantFrom('1ms', '1h', '3650d'),
    warmup: fc.constantFrom(0, '1m', '1h'),
    floor: fc.constantFrom(0, 1, 1e9),
  }) as fc.Arbitrary<EwmaOptions>

  test('scores are no opinion or from 0 to 1e6, and the memory stays finite', () => {
    fc.assert(
      fc.property(rows, options, fc.constantFrom(-1e12, 0, MONDAY), (story, chosen, start) => {
        const detector = ewma(chosen)
        const state = detector.start()
        let time = start
        for (const [x, wait] of story) {
          time += wait
          const score = detector.score(state, x, time)
          expect(Number.isNaN(score) || (score >= 0 && score <= 1e6)).toBe(true)
          detector.learn(state, x, time)
          expect(Object.values(state).every(Number.isFinite)).toBe(true)
          expect(state.variance).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('what is no number teaches nothing', () => {
    const story = told(quiet).until(6 * HOUR)
    const { mean, variance } = story.state
    story.detector.learn(story.state, Number.NaN, MONDAY + story.at)
    expect(story.state).toMatchObject({ mean, variance })
    expect(Number.isNaN(story.ask(Number.NaN))).toBe(true)
  })

  test('time that goes back all the same breaks nothing', () => {
    const story = told(quiet).until(6 * HOUR)
    for (let i = 0; i < 100; i++) story.detector.learn(story.state, i % 2 ? 100 : 1_000, MONDAY - i * 1e9)
    expect(story.ask(100)).toBeLessThan(3)
    expect(Object.values(story.state).every(Number.isFinite)).toBe(true)
  })
})

describe('options', () => {
  const wrong: readonly (readonly [string, EwmaOptions])[] = [
    ['halfLife', { halfLife: 0 }],
    ['halfLife', { halfLife: Number.NaN }],
    ['halfLife', { halfLife: '10 minutes' as never }],
    ['warmup', { warmup: -1 }],
    ['adapt', { adapt: 0 }],
    ['clip', { clip: 1 }],
    ['clip', { clip: '3' as never }],
    ['floor', { floor: -1 }],
    ['floor', { floor: Number.POSITIVE_INFINITY }],
  ]
  for (const [field, options] of wrong) {
    test(`${JSON.stringify(options)} is refused, naming ewma.${field}`, () => {
      expect(() => ewma(options)).toThrowError(ConfigError)
      expect(() => ewma(options)).toThrowError(`ewma.${field} must be`)
    })
  }
})
