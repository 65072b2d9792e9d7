import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ewma, type SeasonalOptions, type SeasonalState, seasonal } from '../../src/detect/index.js'
import { ConfigError } from '../../src/model/index.js'
import { add, constant, noise, pulse, repeat, step, type Wave, seasonal as wave } from '../../src/testing/waves.js'
import { DAY, HOUR, MINUTE, MONDAY, Story } from './story.js'

const told = (wave: Wave, options?: SeasonalOptions) => new Story<SeasonalState>(seasonal(options), wave)
const numbersOf = ({ profile, listening: _, ...rest }: SeasonalState) => [
  ...Object.values(rest),
  ...profile.slots,
  ...profile.proofs,
]
const minutely = MINUTE

/** Traffic of a day and of a week: a daily wave whose height follows the weekday, smoothly, and noise. */
const traffic = add(
  constant(1_000),
  (time) => wave({ amplitude: 400 })(time) * (1 + 0.4 * Math.cos((2 * Math.PI * (time - 2.5 * DAY)) / (7 * DAY))),
  noise(10, 1),
)

/** Quiet nights and weekends; from 8 to half past 8 on working days it gets ten times as busy. */
const ramp: Wave = (time) => Math.min(1, Math.max(0, (time - 8 * HOUR) / (HOUR / 2)))
const office = add(
  repeat((time) => (time < 5 * DAY && time % DAY < 18 * HOUR ? 900 * ramp(time % DAY) : 0), '7d'),
  constant(100),
  noise(4, 2),
)

describe('a rhythm', () => {
  test('a daily and weekly wave raises no alarm at 5 sigmas from the third week on, and next to none at 4', () => {
    const story = told(traffic).until(28 * DAY, minutely)
    expect(story.worst(14 * DAY, 28 * DAY)).toBeLessThan(5)
    expect(story.above(4, 14 * DAY, 28 * DAY)).toBeLessThan(0.000_3)
  })

  test('an office’s morning is an alarm on the first day, for ewma every Monday, and none by the third week', () => {
    const story = told(office).until(28 * DAY, minutely)
    const plain = new Story(ewma({ halfLife: '30m' }), office).until(28 * DAY, minutely)
    const monday = (week: number) => [(7 * week + 0.25) * DAY, (7 * week + 0.5) * DAY] as const
    expect(story.worst(...monday(0))).toBeGreaterThan(20)
    for (const week of [1, 2, 3]) expect(plain.worst(...monday(week))).toBeGreaterThan(20)
    for (const week of [2, 3]) expect(story.worst(...monday(week))).toBeLessThan(5)
    expect(story.above(5, 14 * DAY, 28 * DAY)).toBe(0)
  })

  test('a Saturday without the morning’s rush is usual once there has been one', () => {
    const story = told(office).until(21 * DAY, minutely)
    expect(story.worst(12 * DAY, 14 * DAY)).toBeLessThan(5)
    expect(story.worst(19 * DAY, 21 * DAY)).toBeLessThan(5)
  })

  test('traffic that stops short in mid-morning is an anomaly, though every value is usual in itself', () => {
    const ten = 17 * DAY + 10 * HOUR
    const night = 17 * DAY + 2 * HOUR
    const cut: Wave = (time) => (time > ten ? traffic(night) + noise(10, 9)(time) : traffic(time))
    const story = told(cut).until(ten + HOUR, minutely)
    expect(traffic(night)).toBeGreaterThan(story.moments.reduce((least, { value }) => Math.min(least, value), Infinity))
    expect(story.above(20, ten + MINUTE, ten + HOUR)).toBe(1)
  })

  test('a value of noon in the small hours is an anomaly', () => {
    const story = told(traffic).until(17 * DAY + 3 * HOUR, minutely)
    const noon = story.between(16.5 * DAY, 16.5 * DAY + MINUTE)[0]?.value as number
    expect(story.ask(noon)).toBeGreaterThan(20)
  })

  test('once the rhythm is known the spread is that of the noise', () => {
    const story = told(traffic).until(21 * DAY, minutely)
    const widths = story.between(18 * DAY, 21 * DAY).map(({ band }) => ((band?.high ?? 0) - (band?.low ?? 0)) / 6)
    widths.sort((a, b) => a - b)
    expect(widths[widths.length >> 1]).toBeGreaterThan(8)
    expect(widths[widths.length >> 1]).toBeLessThan(14)
  })

  test('seven sigmas under the usual course of noon are seen', () => {
    const dip = add(traffic, pulse(-70, 17 * DAY + 12 * HOUR, 17 * DAY + 13 * HOUR))
    const story = told(dip).until(18 * DAY, minutely)
    expect(story.worst(17 * DAY + 12 * HOUR, 17 * DAY + 13 * HOUR)).toBeGreaterThan(5)
  })

  test('a job at midnight of five minutes every day is usual in the third week, for ewma it never is', () => {
    const job = add(constant(100), noise(5, 4), repeat(pulse(100, 0, '5m'), '1d'))
    expect(
      told(job)
        .until(21 * DAY, minutely)
        .worst(14 * DAY, 21 * DAY),
    ).toBeLessThan(5)
    expect(new Story(ewma(), job).until(21 * DAY, minutely).worst(14 * DAY, 21 * DAY)).toBeGreaterThan(10)
  })

  test('hourly values are enough', () => {
    const story = told(traffic).until(35 * DAY, HOUR)
    expect(story.above(5, 21 * DAY, 35 * DAY)).toBeLessThan(0.01)
    expect(story.ask(traffic(story.at) + 400)).toBeGreaterThan(5)
  })

  test('8 GB give or take 100 KB, with a rhythm: nothing is lost', () => {
    const memory = add(constant(8e9), wave({ amplitude: 1e5 }), noise(1e3, 5))
    const story = told(memory).until(15 * DAY, minutely)
    expect(story.worst(10 * DAY, 15 * DAY)).toBeLessThan(5)
    expect(story.ask(memory(story.at) + 2e4)).toBeGreaterThan(8)
  })

  test('a level that wanders from day to day does not hide the rhythm', () => {
    const wandering = add(
      traffic,
      (time) => 60 * noise(1, 8)(Math.floor(time / DAY)) * Math.sin(Math.PI * ((time % DAY) / DAY)),
    )
    expect(
      told(wandering)
        .until(28 * DAY, minutely)
        .above(5, 14 * DAY, 28 * DAY),
    ).toBeLessThan(0.001)
  })
})

describe('before a rhythm is known, and without one', () => {
  test('the first minutes are those of an ewma', () => {
    const story = told(add(constant(100), noise(5, 1))).until(3 * HOUR)
    const plain = new Story(ewma({ halfLife: '30m' }), add(constant(100), noise(5, 1))).until(3 * HOUR)
    const scores = (from: number, to: number, of: Pick<typeof story, 'between'>) =>
      of.between(from, to).map(({ score }) => score)
    expect(scores(0, HOUR, story)).toEqual(scores(0, HOUR, plain as never))
  })

  test('an odd first day raises no false alarm on the second', () => {
    const odd: Wave = (time) =>
      time < DAY ? 1_000 + 800 * Math.sin((5 * 2 * Math.PI * time) / DAY) + noise(10, 3)(time) : traffic(time)
    const story = told(odd).until(2 * DAY, minutely)
    expect(story.worst(DAY + HOUR, 2 * DAY)).toBeLessThan(5)
  })

  test('without a rhythm nothing is lost: as few false alarms as an ewma, as good an eye', () => {
    const flat = add(constant(100), noise(5, 6))
    const story = told(flat).until(14 * DAY, minutely)
    const plain = new Story(ewma({ halfLife: '30m' }), flat).until(14 * DAY, minutely)
    expect(story.above(4, DAY, 14 * DAY)).toBeLessThanOrEqual(1.2 * plain.above(4, DAY, 14 * DAY) + 0.000_1)
    expect(story.ask(130) / plain.ask(130)).toBeGreaterThan(0.75)
  })

  test('a shift that lasts becomes the new normal after adapt, and leaves the rhythm in place', () => {
    const story = told(add(traffic, step(3_000, '15d'))).until(18 * DAY, minutely)
    expect(story.above(5, 15 * DAY, 15 * DAY + 2.9 * HOUR)).toBe(1)
    expect(story.worst(16 * DAY, 18 * DAY)).toBeLessThan(5)
  })

  test('an incident of three hours is not expected at the same hour of the next days', () => {
    const incident = add(traffic, pulse(800, 15.5 * DAY, 15.5 * DAY + 3 * HOUR))
    const story = told(incident).until(23 * DAY, minutely)
    expect(story.above(8, 15.5 * DAY, 15.5 * DAY + 2.9 * HOUR)).toBe(1)
    expect(story.worst(15.75 * DAY, 23 * DAY)).toBeLessThan(5)
    expect(
      told(incident)
        .until(16.55 * DAY, minutely)
        .ask(traffic(16.55 * DAY) + 800),
    ).toBeGreaterThan(10)
  })
})

describe('time', () => {
  test('after six hours of silence the level has moved along with the day', () => {
    const story = told(traffic).until(17 * DAY, minutely)
    story.at += 6 * HOUR
    expect(story.ask(traffic(story.at))).toBeLessThan(5)
  })

  test('a week of silence leaves what was learned', () => {
    const story = told(traffic).until(16 * DAY, minutely)
    story.at += 7 * DAY
    story.until(25 * DAY, minutely)
    expect(story.worst(23 * DAY, 25 * DAY)).toBeLessThan(5)
  })

  test('a thousand values at one time count as one moment of their hour', () => {
    const story = told(add(constant(100), noise(5, 1))).until(10.5 * HOUR)
    const { visits, sum } = story.state
    for (let i = 0; i < 1_000; i++) story.feed(110)
    expect(story.state.visits).toBe(visits + 1)
    expect(story.state.sum - sum).toBeCloseTo(110 - story.state.origin, 9)
    expect(story.ask(100)).toBeLessThan(4)
  })

  test('scores are the same wherever in the calendar the story is told: week boundaries have no edges', () => {
    const scoresFrom = (start: number) => {
      const detector = seasonal()
      const state = detector.start()
      return Array.from({ length: 3_000 }, (_, i) => {
        const value = noise(5, 1)(i)
        const score = detector.score(state, value, start + i * 10_000)
        detector.learn(state, value, start + i * 10_000)
        return score
      })
    }
    expect(scoresFrom(-MONDAY - (MONDAY % (7 * DAY)))).toEqual(scoresFrom(0))
    expect(scoresFrom(MONDAY - (MONDAY % (7 * DAY)))).toEqual(scoresFrom(0))
  })
})

describe('memory', () => {
  test('the profile takes 448 bytes, and its length never changes', () => {
    const story = told(traffic).until(8 * DAY, minutely)
    const { slots, proofs } = story.state.profile
    expect(slots.byteLength + proofs.byteLength).toBe(448)
  })

  test('whatever comes, scores are no opinion or from 0 to 1e6, and the memory stays finite', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 100, 101, 1e9))
    const gap = fc.oneof(fc.constantFrom(0, 1, 10_000, HOUR, DAY), fc.double({ min: 0, max: 1e13, noNaN: true }))
    const rows = fc.array(fc.tuple(value, gap), { minLength: 1, maxLength: 600 })
    fc.assert(
      fc.property(rows, fc.constantFrom(-1e12, 0, MONDAY), (story, start) => {
        const detector = seasonal({ warmup: 0, halfLife: '1m' })
        const state = detector.start()
        let time = start
        for (const [x, wait] of story) {
          time += wait
          const score = detector.score(state, x, time)
          expect(Number.isNaN(score) || (score >= 0 && score <= 1e6)).toBe(true)
          detector.learn(state, x, time)
        }
        expect(numbersOf(state).every(Number.isFinite)).toBe(true)
      }),
    )
  })

  test('what is no number teaches nothing', () => {
    const story = told(traffic).until(2 * DAY, minutely)
    const before = numbersOf(story.state)
    for (let i = 0; i < 3; i++) story.detector.learn(story.state, Number.NaN, MONDAY + story.at - minutely)
    expect(numbersOf(story.state)).toEqual(before.map((x, i) => (i === 3 ? expect.any(Number) : x)))
  })

  test('options are checked, naming the field', () => {
    expect(() => seasonal({ halfLife: -1 })).toThrowError(ConfigError)
    expect(() => seasonal({ clip: 99 })).toThrowError('seasonal.clip must be')
  })
})
