import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logTailOf, sigmasOf, sigmasOfLog, tailOf } from '../../src/math/normal.js'

/** erfc(z / √2) to 15 digits, computed with 40 by mpmath. */
const TAILS: readonly (readonly [number, number])[] = [
  [0.1, 0.920344325445942],
  [0.5, 0.617075077451974],
  [0.66, 0.509253829342672],
  [0.67, 0.50285779019062],
  [1, 0.317310507862914],
  [2, 0.0455002638963584],
  [3, 0.00269979606326019],
  [4, 6.33424836662398e-5],
  [5, 5.73303143758388e-7],
  [5.65, 1.6044783701327e-8],
  [5.66, 1.51372995039954e-8],
  [6, 1.9731752900754e-9],
  [8, 1.24419211485436e-15],
  [10, 1.52397060483211e-23],
  [20, 5.50724823721247e-89],
  [30, 9.81342785429637e-198],
]

/** And their logarithms. */
const LOGS: readonly (readonly [number, number])[] = [
  [50, -1254.13821395886],
  [100, -5004.83106151365],
  [1_000, -500_007.13354763162],
  [1e6, -500_000_000_014.0413],
]

const off = (found: number, truth: number) => Math.abs(found / truth - 1)

describe('sigmas to tail', () => {
  test('the share beyond z is the published one, to 12 digits', () => {
    for (const [z, tail] of TAILS) {
      expect(off(tailOf(z), tail), `at ${z}`).toBeLessThan(1e-12)
      expect(off(logTailOf(z), Math.log(tail)), `log at ${z}`).toBeLessThan(1e-12)
    }
    expect(off(tailOf(38), 5.77085670200793e-316)).toBeLessThan(1e-6)
  })

  test('where the share is too small for a number, its logarithm is not', () => {
    expect(tailOf(39)).toBe(0)
    for (const [z, log] of LOGS) expect(off(logTailOf(z), log), `at ${z}`).toBeLessThan(1e-13)
  })

  test('everything lies beyond 0, and nothing beyond infinity', () => {
    expect([tailOf(0), tailOf(-3), tailOf(Infinity), logTailOf(0), logTailOf(-3)]).toEqual([1, 1, 0, 0, 0])
    expect(tailOf(Number.NaN)).toBeNaN()
  })
})

describe('tail to sigmas', () => {
  test('a published share gives its z, to 12 digits', () => {
    for (const [z, tail] of TAILS) {
      expect(off(sigmasOf(tail), z), `at ${z}`).toBeLessThan(1e-12)
      expect(off(sigmasOfLog(Math.log(tail)), z), `log at ${z}`).toBeLessThan(1e-12)
    }
    for (const [z, log] of LOGS) expect(off(sigmasOfLog(log), z), `at ${z}`).toBeLessThan(1e-12)
  })

  test('a share of all is 0 sigmas, of none infinitely many', () => {
    expect([sigmasOf(1), sigmasOfLog(0), sigmasOf(1.5)]).toEqual([0, 0, 0])
    expect([sigmasOf(0), sigmasOfLog(-Infinity)]).toEqual([Infinity, Infinity])
    expect(sigmasOf(Number.NaN)).toBeNaN()
  })
})

test('there and back again is where it was, to 1e-9 over all of 0 to 8 and by the logarithm up to a million', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 8, noNaN: true }), (z) => {
      expect(Math.abs(sigmasOf(tailOf(z)) - z)).toBeLessThan(1e-9 * Math.max(1, z))
    }),
  )
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (z) => {
      expect(off(sigmasOfLog(logTailOf(z)), z)).toBeLessThan(1e-9)
    }),
  )
})

test('further out is never likelier', () => {
  const z = fc.double({ min: 0, max: 50, noNaN: true })
  fc.assert(
    fc.property(z, z, (a, b) => {
      const [near, far] = a < b ? [a, b] : [b, a]
      expect(tailOf(far)).toBeLessThanOrEqual(tailOf(near) * (1 + 1e-12))
      expect(logTailOf(far)).toBeLessThanOrEqual(logTailOf(near) + 1e-12)
    }),
  )
})
