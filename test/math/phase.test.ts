import fc from 'fast-check'
import { expect, test } from 'vitest'
import { phaseOf } from '../../src/math/phase.js'

test('a time has its place in the period, before its beginning as well', () => {
  expect(phaseOf(30, 24, 48)).toBe(12)
  expect(phaseOf(-6, 24, 48)).toBe(36)
  expect(phaseOf(24, 24, 48)).toBe(0)
})

test('whatever the time, the place is one of the parts', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e16, max: 1e16 }),
      fc.double({ noNaN: true, min: 1, max: 1e10 }),
      (time, period) => {
        const place = phaseOf(time, period, 96)
        expect(place >= 0 && place < 96, `${place}`).toBe(true)
      },
    ),
  )
})
