import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pulled } from '../../src/math/pulled.js'

const step = fc.double({ min: -1e150, max: 1e150, noNaN: true })
const limit = fc.double({ min: 1e-12, max: 1e12, noNaN: true })

test('a step within the limit stays as it is', () => {
  expect(pulled(10, 10)).toBe(10)
  expect(pulled(-3, 10)).toBe(-3)
  expect(pulled(0, 10)).toBe(0)
})

test('what is over grows with the fourth root: 16 times the limit becomes twice the limit', () => {
  expect(pulled(160, 10)).toBeCloseTo(20, 12)
  expect(pulled(-160, 10)).toBeCloseTo(-20, 12)
  expect(pulled(1e13, 1e-3)).toBeCloseTo(10, 9)
})

test('it keeps the sign, never lengthens, and never reorders', () => {
  fc.assert(
    fc.property(step, step, limit, (a, b, most) => {
      const [low, high] = a <= b ? [a, b] : [b, a]
      expect(Math.abs(pulled(a, most))).toBeLessThanOrEqual(Math.abs(a))
      expect(pulled(a, most) * Math.sign(a)).toBeGreaterThanOrEqual(0)
      expect(pulled(low, most)).toBeLessThanOrEqual(pulled(high, most) + 1e-12 * Math.abs(pulled(high, most)))
    }),
  )
})

test('a limit that is next to nothing, and a step that is next to everything: the result is a number, and no longer than the step', () => {
  for (const step of [1e300, -1e300, Number.MAX_VALUE, 1, 5e-324])
    for (const limit of [5e-324, 9e-162, 1e-300, 1e300]) {
      const near = pulled(step, limit)
      expect(Number.isFinite(near), `${step} by ${limit}: ${near}`).toBe(true)
      expect(Math.abs(near)).toBeLessThanOrEqual(Math.abs(step))
    }
})
