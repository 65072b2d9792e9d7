import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addTo, emptyOctaves, quantileOf } from '../../src/math/octaves.js'

test('a quantile is right to a tenth, whatever the numbers', () => {
  const numbers = fc.array(fc.double({ min: 1e-5, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(numbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
      const octaves = emptyOctaves()
      for (const number of list) addTo(octaves, number, 1)
      const sorted = list.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil(share * list.length) - 1] as number
      const found = quantileOf(octaves, share)
      expect(found / exact).toBeGreaterThan(0.9)
      expect(found / exact).toBeLessThan(1.1)
    }),
  )
})

test('a weight counts as so many numbers', () => {
  const [one, many] = [emptyOctaves(), emptyOctaves()]
  for (let i = 0; i < 90; i++) addTo(one, 0.01, 1)
  for (let i = 0; i < 10; i++) addTo(one, 1, 1)
  addTo(many, 0.01, 90)
  addTo(many, 1, 10)
  for (const share of [0.5, 0.9, 0.95, 1]) expect(quantileOf(many, share)).toBe(quantileOf(one, share))
})

test('what is too small or too large for the buckets is in the first or the last', () => {
  const octaves = emptyOctaves()
  for (const number of [0, -1, 1e-9]) addTo(octaves, number, 1)
  expect(quantileOf(octaves, 1)).toBeCloseTo(1e-6, 6)
  for (let i = 0; i < 9; i++) addTo(octaves, 1e300, 1)
  expect(quantileOf(octaves, 0.9)).toBeGreaterThan(3_000)
  expect(quantileOf(emptyOctaves(), 0.5)).toBeNaN()
})
