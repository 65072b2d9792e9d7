import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tailOf } from '../../src/math/normal.js'
import { gaussian } from '../../src/math/random.js'
import { measureTrend, type Trend } from '../../src/math/trend.js'

function trendOf(numbers: readonly number[], places = numbers.map((_, i) => i)): Trend {
  const trend = { sigmas: 0, slope: 0, middle: 0, noise: 0 }
  measureTrend(Float64Array.from(numbers), Float64Array.from(places), numbers.length, trend)
  return trend
}

test('numbers that always rise make the most that Mann and Kendall allow: (pairs − 1) by their deviation', () => {
  const numbers = Array.from({ length: 32 }, (_, i) => i ** 3)
  const straight = Array.from({ length: 32 }, (_, i) => 5 * i + 2)
  expect(trendOf(straight).sigmas).toBeCloseTo(495 / Math.sqrt((32 * 31 * 69) / 18), 9)
  expect(trendOf(straight.toReversed()).sigmas).toBeCloseTo(-8.03, 2)
  expect(trendOf(numbers).sigmas).toBeGreaterThan(1)
})

test('the line is that of least squares, also where places are missing', () => {
  const places = [0, 1, 2, 5, 9, 10]
  const trend = trendOf(
    places.map((at) => 7 + 3 * at),
    places,
  )
  expect(trend.slope).toBeCloseTo(3, 12)
  expect(trend.middle).toBeCloseTo(7 + (3 * 27) / 6, 12)
  expect(trend.noise).toBeCloseTo(0, 9)
})

test('on noise it exceeds 2 sigmas somewhat less often than a Gaussian does', () => {
  let over = 0
  for (let run = 0; run < 4_000; run++) {
    const { sigmas } = trendOf(Array.from({ length: 32 }, (_, i) => gaussian(run, i)))
    if (Math.abs(sigmas) > 2) over++
  }
  expect(over / 4_000 / tailOf(2)).toBeGreaterThan(0.4)
  expect(over / 4_000 / tailOf(2)).toBeLessThan(1.1)
})

test('numbers that resemble those before them are held to more', () => {
  let over = 0
  for (let run = 0; run < 2_000; run++) {
    let x = gaussian(run, -1)
    const numbers = Array.from({ length: 32 }, (_, i) => {
      x = 0.6 * x + 0.8 * gaussian(run, i)
      return x
    })
    if (Math.abs(trendOf(numbers).sigmas) > 3) over++
  }
  expect(over / 2_000 / tailOf(3)).toBeLessThan(6)
})

test('a step is no more than 4.2 sigmas, wherever it is', () => {
  for (let at = 1; at < 32; at++) {
    const { sigmas } = trendOf(Array.from({ length: 32 }, (_, i) => (i < at ? 0 : 100) + gaussian(1, i) / 100))
    expect(sigmas).toBeLessThan(4.2)
  }
})

test('turned upside down the sign turns, scaled and moved it stays', () => {
  const numbers = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 4, maxLength: 32 })
  fc.assert(
    fc.property(numbers, (list) => {
      const { sigmas } = trendOf(list)
      expect(trendOf(list.map((x) => -x)).sigmas).toBeCloseTo(-sigmas, 6)
      expect(trendOf(list.map((x) => 8 * x + 64)).sigmas).toBeCloseTo(sigmas, 6)
      expect(Math.abs(sigmas)).toBeLessThan(8.1)
    }),
  )
})
