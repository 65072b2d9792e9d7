import { describe, expect, test } from 'vitest'
import { learnVisit, rise, usualAt } from '../../src/detect/profile.js'
import { emptyProfile, meanIn, type Profile, putMean, UNKNOWN } from '../../src/detect/profile-memory.js'
import { gaussian } from '../../src/math/random.js'

const MONDAY = 1_704_067_200_000 / 3_600_000
const daily = (hour: number): number => -100 * Math.cos((2 * Math.PI * (hour % 24)) / 24)

/** One visit in each hour, from an hour of the story until another. */
function visited(
  mean: (hour: number) => number,
  from: number,
  to: number,
  profile = emptyProfile(),
  start = MONDAY,
  spread = 1,
): Profile {
  for (let hour = from; hour < to; hour++) {
    learnVisit(profile, start + hour, start + hour - (hour > from ? 1 : 0), mean(hour), spread)
  }
  return profile
}

/** The change foretold between the middles of two hours of the story. */
const between = (profile: Profile, from: number, to: number, start = MONDAY): number =>
  rise(profile, start + from + 0.5, start + to + 0.5)

describe('what a day repeats', () => {
  test('is foretold once it has come often enough, and not before', () => {
    const true6 = daily(30) - daily(24)
    expect(between(visited(daily, 0, 24), 24, 30)).toBe(0)
    const early = between(visited(daily, 0, 26), 26, 32) / (daily(32) - daily(26))
    expect(early).toBeLessThan(0.2)
    expect(between(visited(daily, 0, 48), 24, 30) / true6).toBeGreaterThan(0.7)
    expect(between(visited(daily, 0, 24 * 10), 24, 30) / true6).toBeCloseTo(1, 1)
  })

  test('is a straight line between the middles of hours', () => {
    const profile = visited(daily, 0, 24 * 20)
    const at = (hour: number) => rise(profile, MONDAY + 6.5, MONDAY + hour)
    expect(at(7)).toBeCloseTo(at(7.5) / 2, 3)
    expect(at(6.5)).toBe(0)
  })

  test('is foretold for times before 1970 as well', () => {
    const old = -500_000 - (-500_000 % 168) // whole weeks
    const [then, now] = [visited(daily, 0, 400, emptyProfile(), old), visited(daily, 0, 400, emptyProfile(), 0)]
    for (let hour = 0; hour < 24; hour++) {
      expect(between(then, 400 + hour, 403 + hour, old)).toBe(between(now, 400 + hour, 403 + hour, 0))
    }
    expect(Math.abs(between(then, 408, 414, old))).toBeGreaterThan(50)
  })

  test('outlives one odd day, because the median of the other days counts', () => {
    const odd = (hour: number): number => (hour >= 120 && hour < 144 ? 0 : daily(hour))
    const profile = visited(odd, 0, 148)
    expect(between(profile, 150, 156) / (daily(156) - daily(150))).toBeGreaterThan(0.4)
  })

  test('outlives one visit that lies a million spreads out', () => {
    const profile = visited(daily, 0, 24 * 10)
    const before = between(profile, 241, 247)
    learnVisit(profile, MONDAY + 240, MONDAY + 239, 1e6, 1)
    expect(between(profile, 241, 247) / before).toBeGreaterThan(0.6)
    visited(daily, 241, 264, profile)
    expect(between(profile, 264, 270) / between(visited(daily, 0, 264), 264, 270)).toBeGreaterThan(0.75)
  })

  test('is unmoved by a level that jumps: the shape stays, the level is not the profile’s business', () => {
    const jumping = (hour: number): number => daily(hour) + (hour >= 24 * 15 ? 1_000 : 0)
    const profile = visited(jumping, 0, 24 * 15 + 12)
    for (let hour = 24 * 15 + 12; hour < 24 * 16; hour++) {
      const truth = daily(hour) - daily(hour - 1)
      expect(Math.abs(between(profile, hour - 1, hour) - truth)).toBeLessThan(25)
      visited(jumping, hour, hour + 1, profile)
    }
  })
})

describe('what a week repeats', () => {
  const working = (hour: number): number => (hour % 168 < 120 ? daily(hour) : 0)

  test('is believed from the second week on: the weekend is flat, the Monday is not', () => {
    const profile = visited(working, 0, 168 * 2)
    expect(Math.abs(between(profile, 168 + 124, 168 + 130))).toBeLessThan(15)
    expect(between(profile, 4, 10) / (working(10) - working(4))).toBeGreaterThan(0.85)
  })

  test('a level that grows by ten spreads a week bends the shape by less than two', () => {
    const growing = (hour: number): number => working(hour) + (hour * 100) / 168
    const profile = visited(growing, 0, 168 * 4, emptyProfile(), MONDAY, 10)
    let worst = 0
    for (let hour = 168 * 4; hour < 168 * 5; hour++) {
      const off = between(profile, hour - 1, hour) - (growing(hour) - growing(hour - 1))
      if (hour % 168 > 1 && hour % 168 < 118) worst = Math.max(worst, Math.abs(off))
      visited(growing, hour, hour + 1, profile, MONDAY, 10)
    }
    expect(worst).toBeLessThan(20)
  })

  test('what is only noise is hardly believed', () => {
    const noise = (hour: number): number => 100 * gaussian(3, hour)
    const profile = visited(noise, 0, 168 * 4)
    let foretold = 0
    for (let hour = 0; hour < 168; hour++) foretold += between(profile, hour, hour + 1) ** 2
    expect(Math.sqrt(foretold / 168)).toBeLessThan(0.35 * 100 * Math.SQRT2)
  })
})

describe('what is usual', () => {
  test('is nothing before the first visit, then the spread of the hour or of the nearer neighbour, the larger', () => {
    const profile = emptyProfile()
    expect(usualAt(profile, MONDAY)).toBe(0)
    learnVisit(profile, MONDAY + 8, MONDAY + 7, 0, 5)
    learnVisit(profile, MONDAY + 9, MONDAY + 8, 0, 50)
    const usual = (hour: number) => Math.sqrt(usualAt(profile, MONDAY + hour))
    const tenths = (hour: number) => Math.round(10 * usual(hour)) / 10
    expect([8.2, 8.4, 8.6, 9.2, 9.9, 10.1].map(tenths)).toEqual([5, 5, 50, 50, 50, 50])
    expect(usual(10.6)).toBe(0)
    expect(tenths(24 * 3 + 9.5)).toBe(50)
  })

  test('comes down faster than it goes up, and one visit at most doubles it or so', () => {
    const settled = () => visited(daily, 0, 24 * 15)
    const one = (spread: number) => {
      const profile = settled()
      for (const hour of [360, 361]) learnVisit(profile, MONDAY + hour, MONDAY + hour - 1, daily(hour), spread)
      return Math.sqrt(usualAt(profile, MONDAY + 0.8))
    }
    expect(one(1e6)).toBeLessThan(2.1)
    expect(one(1e6)).toBeGreaterThan(1.5)
    expect(one(0)).toBeLessThan(0.85)
  })
})

test('a visit that is no number teaches nothing', () => {
  const profile = visited(daily, 0, 100)
  const before = structuredClone(profile)
  learnVisit(profile, MONDAY + 100, MONDAY + 99, Number.NaN, 1)
  learnVisit(profile, MONDAY + 100, MONDAY + 99, 1, Number.NaN)
  expect(profile).toEqual(before)
})

describe('16 bits a mean', () => {
  test('are right to a sixteenth of the spread, wherever the range allows it, whatever came first', () => {
    for (const first of [0, 0.1, 3_000]) {
      const profile = emptyProfile()
      putMean(profile, 0, first, Math.max(1, first))
      for (let hour = 1; hour < 168; hour++) putMean(profile, hour, 1_000 * Math.sin(hour), 1)
      for (let hour = 1; hour < 168; hour++)
        expect(Math.abs(meanIn(profile, hour) - 1_000 * Math.sin(hour))).toBeLessThan(0.13)
    }
  })

  test('follow the range where it is huge, and lose no more than a part in ten thousand of it', () => {
    const profile = emptyProfile()
    for (let hour = 0; hour < 168; hour++) putMean(profile, hour, hour % 2 === 0 ? 1e-3 * hour : -1e15, 1e-9)
    expect(meanIn(profile, 1) / -1e15).toBeCloseTo(1, 4)
    expect(Math.abs(meanIn(profile, 2))).toBeLessThan(1e11)
    expect(meanIn(emptyProfile(), 2)).toBe(UNKNOWN)
  })
})
