import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tailOf } from '../../src/math/normal.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { learnTail, paceAt, sigmasBeyond, TAIL, valueAt } from '../../src/math/tail.js'

function learned(values: (at: number) => number, count: number): Float64Array {
  const tail = new Float64Array(TAIL)
  let usual = 0
  for (let at = 1; at <= count; at++) {
    const value = values(at)
    usual += (Math.abs(value) - usual) / at
    learnTail(tail, 0, value, usual, paceAt(at))
  }
  return tail
}

const shapes: Readonly<Record<string, { draw(at: number): number; exceeded(value: number): number }>> = {
  gaussian: { draw: (at) => gaussian(7, at), exceeded: (value) => tailOf(value) / 2 },
  exponential: { draw: (at) => -Math.log(1 - uniform(7, at)), exceeded: (value) => Math.exp(-value) },
  'Pareto, without a fourth moment': {
    draw: (at) => (1 - uniform(7, at)) ** -0.3,
    exceeded: (value) => value ** (-1 / 0.3),
  },
}

describe.each(Object.entries(shapes))('%s', (_, { draw, exceeded }) => {
  test('so many sigmas are exceeded at most 1.5 times as often as by a Gaussian, and at 3 not much less often', () => {
    const tail = learned(draw, 50_000)
    const ratio = (sigmas: number) => exceeded(valueAt(tail, 0, sigmas, 2)) / (tailOf(sigmas) / 2)
    for (const sigmas of [2, 3, 4]) expect(ratio(sigmas), `at ${sigmas} sigmas`).toBeLessThan(1.5)
    expect(ratio(2)).toBeGreaterThan(0.6)
    expect(ratio(3)).toBeGreaterThan(0.3)
  })
})

test('where the values are distances, there is no other tail to count with', () => {
  const tail = learned((at) => Math.abs(gaussian(7, at)), 50_000)
  const ratio = (sigmas: number) => tailOf(valueAt(tail, 0, sigmas, 1)) / tailOf(sigmas)
  expect(ratio(2)).toBeCloseTo(1, 0)
  expect(ratio(3)).toBeGreaterThan(0.3)
  expect(ratio(3)).toBeLessThan(1.5)
})

test('sigmas and values are each other’s inverse, and grow together', () => {
  const tail = learned((at) => gaussian(1, at), 5_000)
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 12, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (sigmas, more) => {
        const value = valueAt(tail, 0, sigmas, 2)
        expect(sigmasBeyond(tail, 0, value, 2)).toBeCloseTo(sigmas, 6)
        expect(valueAt(tail, 0, sigmas + more, 2)).toBeGreaterThan(value)
      },
    ),
  )
})

test('a few spikes in a steady stream do not hide the next that is as large, a hundred do', () => {
  const spiky = (every: number) => (at: number) => (at % every === 0 ? 100 : Math.abs(gaussian(1, at)))
  expect(sigmasBeyond(learned(spiky(4_000), 10_000), 0, 100, 2)).toBeGreaterThan(4)
  expect(sigmasBeyond(learned(spiky(100), 10_000), 0, 100, 2)).toBeLessThan(3.2)
})

test('values up to 1e150 leave four finite numbers', () => {
  const value = fc.oneof(fc.double({ min: -1e150, max: 1e150, noNaN: true }), fc.constantFrom(0, 1, 5e-324))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200 }), value, (values, last) => {
      const tail = learned((at) => values[at - 1] as number, values.length)
      expect([...tail].every(Number.isFinite)).toBe(true)
      expect(sigmasBeyond(tail, 0, last, 2)).toBeGreaterThanOrEqual(0)
    }),
  )
})
