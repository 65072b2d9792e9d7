import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forgetting } from '../../src/math/forgetting.js'

test('half is forgotten after one half-life, three quarters after two', () => {
  const forgotten = forgetting(600_000)
  expect(forgotten(0)).toBe(0)
  expect(forgotten(600_000)).toBeCloseTo(0.5, 12)
  expect(forgotten(1_200_000)).toBeCloseTo(0.75, 12)
  expect(forgotten(Number.MAX_VALUE)).toBe(1)
})

test('a tiny span keeps its precision: ten years of a millisecond', () => {
  const halfLife = 3650 * 864e5
  expect(forgetting(halfLife)(1) / (Math.LN2 / halfLife)).toBeCloseTo(1, 9)
})

test('the remembered answer never replaces the right one', () => {
  const forgotten = forgetting(5_000)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (gap) => {
      expect(forgotten(gap)).toBeCloseTo(1 - 2 ** (-gap / 5_000), 12)
      expect(forgotten(gap)).toBe(forgetting(5_000)(gap))
    }),
  )
})

test('two spans forget as much as one of their length', () => {
  const forgotten = forgetting(1_000)
  const span = fc.double({ min: 0, max: 1e4, noNaN: true })
  fc.assert(
    fc.property(span, span, (a, b) => {
      expect((1 - forgotten(a)) * (1 - forgotten(b))).toBeCloseTo(1 - forgotten(a + b), 12)
    }),
  )
})
