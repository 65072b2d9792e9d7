import { describe, expect, test } from 'vitest'
import { changePeriod, emptySeason, type Kind, learnSeason, seasonAt } from '../../src/math/season.js'

const DAY = 864e5
const EVERY = 3e5
const sine = (time: number): number => Math.sin((2 * Math.PI * time) / DAY)

function played(wave: (time: number) => number, days: number, kind: Kind) {
  const season = emptySeason(DAY)
  for (let time = 0; time < days * DAY; time += EVERY) learnSeason(season, wave(time), time, kind)
  return season
}

describe('a season', () => {
  test('is known after one period, to within a hundredth of its swing', () => {
    const season = emptySeason(DAY)
    let knownAt = -1
    for (let time = 0; time < 2 * DAY; time += EVERY) {
      if (knownAt < 0) expect(seasonAt(season, time, 'additive')).toBe(0)
      if (learnSeason(season, 100 + 50 * sine(time), time, 'additive')) knownAt = time
    }
    expect(knownAt).toBe(DAY)
    for (let time = 0; time < DAY; time += 1e6) {
      expect(Math.abs(seasonAt(season, time, 'additive') - 50 * sine(time))).toBeLessThan(1)
    }
  })

  test('of factors says what a level is multiplied by', () => {
    const season = played((time) => 100 * (1 + 0.5 * sine(time)), 3, 'multiplicative')
    expect(seasonAt(season, DAY / 4, 'multiplicative')).toBeCloseTo(1.5, 1)
    expect(seasonAt(season, (3 * DAY) / 4, 'multiplicative')).toBeCloseTo(0.5, 1)
  })

  test('goes with a rhythm that changes, in some periods', () => {
    const season = played((time) => 100 + (time < 3 * DAY ? 50 : -50) * sine(time), 10, 'additive')
    expect(Math.abs(seasonAt(season, DAY / 4, 'additive') + 50)).toBeLessThan(10)
  })

  test('one hour far out is not made a habit', () => {
    const odd = played(
      (time) => 100 + 50 * sine(time) + (time > 3 * DAY && time < 3 * DAY + 36e5 ? 1e6 : 0),
      4,
      'additive',
    )
    expect(Math.abs(seasonAt(odd, 18e5, 'additive') - seasonAt(odd, 72e5, 'additive'))).toBeLessThan(30)
  })

  test('a period told more exactly keeps what is known; another one begins anew', () => {
    const season = played((time) => 100 + 50 * sine(time), 3, 'additive')
    const before = seasonAt(season, 3 * DAY, 'additive')
    expect(changePeriod(season, 1.01 * DAY, 3 * DAY)).toBe(false)
    expect(seasonAt(season, 3 * DAY, 'additive')).toBeCloseTo(before, 6)
    expect(changePeriod(season, 0.5 * DAY, 3 * DAY)).toBe(true)
    expect(seasonAt(season, 3 * DAY, 'additive')).toBe(0)
  })

  test('where values come once an hour the hours between are told from their neighbours', () => {
    const season = emptySeason(DAY)
    for (let time = 0; time < 3 * DAY; time += 36e5) learnSeason(season, 100 + 50 * sine(time), time, 'additive')
    expect(Math.abs(seasonAt(season, DAY / 4, 'additive') - 50)).toBeLessThan(3)
  })
})
