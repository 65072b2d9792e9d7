import { expect, test } from 'vitest'
import { ladder, lighten, logShareAbove, put } from '../../src/math/ladder.js'
import { gaussian, uniform } from '../../src/math/random.js'

test('shares above are those of counting, within one step', () => {
  const numbers = Array.from({ length: 5_000 }, (_, at) => gaussian(1, at))
  const counted = ladder()
  for (const number of numbers) put(counted, number, 1)
  const above = (limit: number): number => numbers.filter((number) => number > limit).length
  for (const limit of [-2, -0.5, 0, 1, 2, 2.5]) {
    const share = Math.exp(logShareAbove(counted, limit, 1)) * 5_001 - 0.5
    expect(share).toBeGreaterThanOrEqual(above(limit + 1 / 16))
    expect(share).toBeLessThanOrEqual(above(limit - 1 / 16))
  }
})

test('beyond the eight highest an exponential tail goes on as it must', () => {
  const counted = ladder()
  for (let at = 0; at < 20_000; at++) put(counted, -Math.log(1 - uniform(5, at)), 1)
  for (const far of [10, 12, 15]) {
    const log = logShareAbove(counted, far, 1)
    expect(log).toBeGreaterThan(-2 * far)
    expect(log).toBeLessThan(-0.6 * far)
  }
})

test('the share falls as the number rises, to the end of the ladder and past it', () => {
  const counted = ladder()
  for (let at = 0; at < 500; at++) put(counted, gaussian(2, at), 1)
  let last = 0
  for (let number = -9; number < 30; number += 0.1) {
    const log = logShareAbove(counted, number, 1)
    expect(log).toBeLessThanOrEqual(last + 1e-9)
    expect(Number.isFinite(log)).toBe(true)
    last = log
  }
})

test('what weighs more counts more: new numbers replace old ones', () => {
  const counted = ladder()
  for (let at = 0; at < 1_000; at++) put(counted, 0, 1)
  for (let at = 0; at < 1_000; at++) put(counted, 5, 1_000)
  expect(Math.exp(logShareAbove(counted, 2.5, 1_000))).toBeGreaterThan(0.99)
})

test('bringing weights down changes no share', () => {
  const counted = ladder()
  for (let at = 0; at < 1_000; at++) put(counted, gaussian(3, at), 1e120)
  const before = logShareAbove(counted, 1, 1e120)
  expect(lighten(counted, 1e120)).toBe(true)
  expect(lighten(counted, 1)).toBe(false)
  expect(logShareAbove(counted, 1, 1)).toBeCloseTo(before, 10)
})

test('with fewer than eight numbers nothing is rare', () => {
  const counted = ladder()
  for (let at = 0; at < 5; at++) put(counted, 0, 1)
  expect(logShareAbove(counted, 20, 1)).toBe(0)
})
