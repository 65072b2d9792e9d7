import { describe, expect, test } from 'vitest'
import { type Echo, echoAt, emptyEcho, learnEcho, periodIn } from '../../src/math/echo.js'
import { gaussian, uniform } from '../../src/math/random.js'

function heard(wave: (at: number) => number, steps: number, lags = 146): Echo {
  const echo = emptyEcho(lags)
  for (let at = 0; at < steps; at++) learnEcho(echo, wave(at))
  return echo
}

const rhythm = (period: number) => (at: number) => 10 * Math.sin((2 * Math.PI * at) / period) + gaussian(5, at)
const pulses = (period: number) => (at: number) => (at % period < period / 6 ? 10 : 0) + gaussian(5, at)

test('the autocorrelation is that of the whole stream, while it is short', () => {
  const values = Array.from({ length: 300 }, (_, at) => rhythm(20)(at))
  const mean = values.reduce((sum, value) => sum + value, 0) / 300
  const product = (lag: number) =>
    values.slice(lag).reduce((sum, value, at) => sum + (value - mean) * ((values[at] as number) - mean), 0) /
    (300 - lag)
  const echo = heard(rhythm(20), 300)
  for (const lag of [1, 5, 10, 20, 40, 60]) expect(echoAt(echo, lag)).toBeCloseTo(product(lag) / product(0), 1)
})

describe('the period', () => {
  test.each([6, 10, 12, 24, 37, 72.5, 100, 140])(
    'of %d steps is found to a hundredth, as a wave and as pulses',
    (period) => {
      expect(Math.abs(periodIn(heard(rhythm(period), 1_000)) / period - 1)).toBeLessThan(0.02)
      if (Number.isInteger(period))
        expect(Math.abs(periodIn(heard(pulses(period), 1_000)) / period - 1)).toBeLessThan(0.02)
    },
  )

  test('is none in noise, a drift, a random walk, a constant, and a wave longer than the memory', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(periodIn(heard((at) => gaussian(seed, at), 1_000))).toBe(0)
      expect(periodIn(heard((at) => at + gaussian(seed, at), 1_000))).toBe(0)
    }
    expect(periodIn(heard(() => 5, 1_000))).toBe(0)
    expect(periodIn(heard(rhythm(288), 2_000))).toBe(0)
  })

  test('is told once it has come three times, not before', () => {
    expect(periodIn(heard(rhythm(40), 100))).toBe(0)
    expect(periodIn(heard(rhythm(40), 130))).toBeGreaterThan(35)
  })

  test('is found among spikes ten times as high', () => {
    const spiky = (at: number) => rhythm(30)(at) + (uniform(9, at) < 0.02 ? 100 : 0)
    expect(Math.abs(periodIn(heard(spiky, 1_500)) / 30 - 1)).toBeLessThan(0.02)
  })
})
