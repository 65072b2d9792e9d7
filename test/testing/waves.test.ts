import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import {
  add,
  at,
  constant,
  drift,
  dropouts,
  gaps,
  multiply,
  noise,
  pulse,
  repeat,
  seasonal,
  step,
  type Wave,
} from '../../src/testing/waves.js'

const HOUR = 36e5
const DAY = 24 * HOUR
const time = fc.double({ min: 0, max: 1e11, noNaN: true })

test('at counts hours, or takes a duration', () => {
  expect(at(6)).toBe(6 * HOUR)
  expect(at(8.5)).toBe(8.5 * HOUR)
  expect(at('90m')).toBe(1.5 * HOUR)
  expect(at(0)).toBe(0)
})

test('a wave is a pure function of time: played backwards it gives the same values', () => {
  const wave = add(constant(100), noise(5, 42), seasonal({ amplitude: 20 }), dropouts(0.1, 3), pulse(300, at(6), at(8)))
  const times = Array.from({ length: 5_000 }, (_, i) => i * 10_000)
  const forwards = times.map(wave)
  const backwards = [...times].reverse().map(wave).reverse()
  expect(backwards).toEqual(forwards)
})

test('noise has the asked spread, and another seed is other noise', () => {
  const values = Array.from({ length: 50_000 }, (_, i) => noise(5, 42)(i * 10_000))
  const mean = values.reduce((a, b) => a + b) / values.length
  const spread = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
  expect(Math.abs(mean)).toBeLessThan(0.1)
  expect(spread).toBeCloseTo(5, 0.9)
  expect(noise(5, 42)(0)).not.toBe(noise(5, 43)(0))
  expect(noise(0, 42)(0)).toBeCloseTo(0, 12)
})

test('seasonal is highest at its peak and lowest half a period away', () => {
  const wave = seasonal({ amplitude: 40, period: '1d', peak: '14h' })
  expect(wave(14 * HOUR)).toBeCloseTo(40, 9)
  expect(wave(2 * HOUR)).toBeCloseTo(-40, 9)
  expect(wave(8 * HOUR)).toBeCloseTo(0, 9)
  expect(wave(14 * HOUR + 9 * DAY)).toBeCloseTo(40, 9)
  expect(seasonal({ amplitude: 1 })(12 * HOUR)).toBe(1)
})

test('drift grows by so much an hour from its start on', () => {
  expect(drift(3)(2 * HOUR)).toBe(6)
  expect(drift(-3, '1h')(2 * HOUR)).toBe(-3)
  expect(drift(3, '1h')(HOUR / 2)).toBe(0)
})

test('a step stays, a pulse ends just before its end, and a gap has no value', () => {
  expect([HOUR - 1, HOUR, DAY].map(step(7, '1h'))).toEqual([0, 7, 7])
  expect([HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR].map(pulse(7, '1h', '2h'))).toEqual([0, 7, 7, 0])
  expect([HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR].map(gaps('1h', '2h'))).toEqual([0, Number.NaN, Number.NaN, 0])
})

test('dropouts lose about the asked share, here and there', () => {
  const lost = Array.from({ length: 20_000 }, (_, i) => Number.isNaN(dropouts(0.3, 5)(i * 1_000)))
  expect(lost.filter(Boolean).length / lost.length).toBeCloseTo(0.3, 1.5)
  const runs = lost.filter((gone, i) => gone && lost[i - 1]).length / lost.filter(Boolean).length
  expect(runs).toBeCloseTo(0.3, 1.3)
  expect(dropouts(0)(1)).toBe(0)
  expect(dropouts(1)(1)).toBeNaN()
})

test('repeat plays the first period again and again', () => {
  const wave = repeat(pulse(1, '8h', '18h'), '1d')
  expect([7, 8, 17.9, 18, 31, 32, 24 * 30 + 12].map((hour) => wave(hour * HOUR))).toEqual([0, 1, 1, 0, 0, 1, 1])
})

test('add and multiply do so at every moment, and a gap in one is a gap in all', () => {
  const [a, b]: Wave[] = [constant(3), drift(2)]
  fc.assert(
    fc.property(time, (t) => {
      expect(add(a as Wave, b as Wave)(t)).toBe(3 + drift(2)(t))
      expect(multiply(a as Wave, b as Wave)(t)).toBe(3 * drift(2)(t))
    }),
  )
  expect(add(constant(1), gaps(0, '1h'))(0)).toBeNaN()
  expect(multiply(constant(1), gaps(0, '1h'))(0)).toBeNaN()
  expect(add()(0)).toBe(0)
  expect(multiply()(0)).toBe(1)
})

describe('nonsense is refused when the wave is built', () => {
  const wrong: Readonly<Record<string, () => unknown>> = {
    'constant.value': () => constant(Number.NaN),
    'noise.spread': () => noise(-1),
    'noise.seed': () => noise(1, Number.NaN),
    'seasonal.amplitude': () => seasonal({ amplitude: Number.POSITIVE_INFINITY }),
    'seasonal.period': () => seasonal({ amplitude: 1, period: 0 }),
    'drift.perHour': () => drift('fast' as never),
    'step.from': () => step(1, -5),
    'pulse.to': () => pulse(1, '2h', '1h'),
    'gaps.from': () => gaps('soon' as never, '1h'),
    'dropouts.share': () => dropouts(1.5),
    'repeat.every': () => repeat(constant(1), 0),
    at: () => at('later' as never),
  }
  for (const [field, build] of Object.entries(wrong)) {
    test(field, () => {
      expect(build).toThrowError(ConfigError)
      expect(build).toThrowError(`${field} must be`)
    })
  }
})
