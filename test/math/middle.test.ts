import fc from 'fast-check'
import { expect, test } from 'vitest'
import { middleOf } from '../../src/math/middle.js'

test('the one in the middle, or the mean of the two', () => {
  expect(middleOf(Float64Array.of(5))).toBe(5)
  expect(middleOf(Float64Array.of(3, -1, 2))).toBe(2)
  expect(middleOf(Float64Array.of(3, 1, 2, 10))).toBe(2.5)
  expect(middleOf(Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE))).toBe(Number.MAX_VALUE)
  expect(middleOf(Float64Array.of(Number.MIN_VALUE, Number.MIN_VALUE))).toBe(Number.MIN_VALUE)
})

test('at least half are no smaller and half no larger, and the values stay as they are', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(values, (list) => {
      const array = Float64Array.from(list)
      const middle = middleOf(array)
      expect(list.filter((x) => x <= middle).length).toBeGreaterThanOrEqual(list.length / 2)
      expect(list.filter((x) => x >= middle).length).toBeGreaterThanOrEqual(list.length / 2)
      expect(Array.from(array)).toEqual(list)
    }),
  )
})
