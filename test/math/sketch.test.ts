import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gaussian, uniform } from '../../src/math/random.js'
import { addTo, BUCKETS, placeOf, quantileOf, reanchor, type Sketch, valueAtPlace } from '../../src/math/sketch.js'
import { fitTails, logBeyond, TAIL_LENGTH, valueBeyond } from '../../src/math/sketch-tail.js'

const empty = (origin = 0, unit = 1): Sketch => ({
  origin,
  unit,
  total: 0,
  squares: 0,
  counts: new Float64Array(BUCKETS),
})

/** So many values of equal weight. */
function filled(draw: (i: number) => number, rows = 20_000, origin = 0, unit = 1): Sketch {
  const sketch = empty(origin, unit)
  for (let i = 0; i < rows; i++) addTo(sketch, draw(i), 1 / (i + 1))
  return sketch
}

const sum = (counts: Float64Array) => counts.reduce((a, b) => a + b, 0)
const normal = (i: number) => gaussian(1, i)

describe('buckets', () => {
  test('a place gives its value back, and higher values lie no lower', () => {
    const sketch = empty(100, 5)
    fc.assert(
      fc.property(
        fc.double({ min: -200, max: 400, noNaN: true }),
        fc.double({ min: -1e150, max: 1e150, noNaN: true }),
        (a, b) => {
          expect(valueAtPlace(sketch, placeOf(sketch, a))).toBeCloseTo(a, 6)
          expect(Math.sign(placeOf(sketch, a) - placeOf(sketch, b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0)
          expect(placeOf(sketch, b) >= 0 && placeOf(sketch, b) < BUCKETS).toBe(true)
        },
      ),
    )
  })

  test('quantiles are those of the sorted values, to a tenth of a sigma', () => {
    const sketch = filled(normal)
    const sorted = Array.from({ length: 20_000 }, (_, i) => normal(i)).sort((a, b) => a - b)
    for (const share of [0.005, 0.05, 0.25, 0.5, 0.75, 0.95, 0.995]) {
      expect(Math.abs(quantileOf(sketch, share) - (sorted[Math.floor(share * 20_000)] as number))).toBeLessThan(0.1)
    }
  })

  test('weights are those of the shares: each value weighs what later ones have left of it', () => {
    const sketch = empty()
    for (let i = 0; i < 50; i++) addTo(sketch, i % 2, i === 0 ? 0.5 : 0.1)
    let odd = 0
    for (let i = 0; i < 50; i++) odd = i === 0 ? 0 : 0.9 * odd + 0.1 * (i % 2)
    const at = Math.floor(placeOf(sketch, 1))
    expect((sketch.counts[at] as number) / sketch.total).toBeCloseTo(odd, 9)
    expect(1 / sketch.squares).toBeCloseTo(19, 0)
  })

  test('a million values at a hundredth each overflow nothing: the sum is scaled back', () => {
    const sketch = empty()
    for (let i = 0; i < 100_000; i++) addTo(sketch, normal(i), 0.01)
    expect(sketch.total).toBeLessThan(2 ** 201)
    expect(sum(sketch.counts) / sketch.total).toBeCloseTo(1, 9)
  })
})

describe('anchoring anew', () => {
  test('values that spread or shrink a thousandfold get buckets that fit, and no weight is lost', () => {
    for (const scale of [1e-3, 1e3]) {
      const sketch = filled(normal)
      for (let i = 0; i < 4_000; i++) {
        addTo(sketch, scale * normal(i), 1 / 400)
        if (i % 10 === 0) reanchor(sketch, 1e-12)
      }
      expect(sketch.unit / scale).toBeGreaterThan(0.3)
      expect(sketch.unit / scale).toBeLessThan(3)
      expect(sum(sketch.counts) / sketch.total).toBeCloseTo(1, 6)
      expect(quantileOf(sketch, 0.9) / scale).toBeCloseTo(1.28, 0)
    }
  })

  test('values that move away take the origin with them', () => {
    const sketch = filled(normal)
    for (let i = 0; i < 4_000; i++) {
      addTo(sketch, 1e6 + normal(i), 1 / 400)
      if (i % 10 === 0) reanchor(sketch, 1e-12)
    }
    expect(Math.abs(quantileOf(sketch, 0.5) - 1e6)).toBeLessThan(1)
  })

  test('one value far out changes no bucket, a handful gets buckets of its own', () => {
    const sketch = filled(normal, 1_000)
    addTo(sketch, 1e9, 1 / 1_001)
    expect(sketch.unit).toBe(1)
    for (let i = 0; i < 15; i++) addTo(sketch, 1e9, 1 / 1_002)
    expect(sketch.unit).toBeGreaterThan(1e7)
  })
})

describe('tails', () => {
  const fitted = (sketch: Sketch) => {
    const tails = new Float64Array(TAIL_LENGTH)
    fitTails(tails, sketch)
    return tails
  }

  test('of exponential values the share beyond is right to a factor of three, down to a millionth', () => {
    const tails = fitted(filled((i) => -Math.log(1 - uniform(2, i)), 20_000, 0.7, 0.8))
    for (const share of [1e-2, 1e-3, 1e-4, 1e-6]) {
      const off = logBeyond(tails, -Math.log(share), true) - Math.log(share)
      expect(Math.abs(off), `at ${share}`).toBeLessThan(Math.log(3))
    }
  })

  test('of Pareto values too: a heavy tail is not taken for an exponential one', () => {
    const tails = fitted(filled((i) => (1 - uniform(3, i)) ** -0.33, 20_000, 1.26, 0.4))
    for (const share of [1e-3, 1e-4]) {
      const off = logBeyond(tails, share ** -0.33, true) - Math.log(share)
      expect(Math.abs(off), `at ${share}`).toBeLessThan(Math.log(4))
    }
  })

  test('the value beyond which a share lies is where that share lies', () => {
    const tails = fitted(filled(normal))
    for (const upper of [true, false]) {
      expect(Math.exp(logBeyond(tails, valueBeyond(tails, 1e-4, upper), upper))).toBeCloseTo(1e-4, 9)
    }
    expect(valueBeyond(tails, 1e-4, true)).toBeCloseTo(3.72, 0)
    expect(logBeyond(tails, 0, true)).toBeNaN()
  })
})
