import { describe, expect, test } from 'vitest'
import { ewma, type ResidualOptions, residual } from '../../src/detect/index.js'
import { gaussian } from '../../src/math/random.js'
import { ConfigError, type Forecaster } from '../../src/model/index.js'
import { add, constant, drift, noise, pulse, seasonal, step, type Wave } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MINUTE, MONDAY, Story } from './story.js'

/** Foretells the last value. */
const naive: Forecaster<{ last: number; known: boolean }> = {
  name: 'naive@1',
  start: () => ({ last: 0, known: false }),
  learn(state, value) {
    state.last = value
    state.known = true
  },
  forecast: ({ last, known }) => (known ? { value: last, low: last, high: last } : undefined),
}

/** Knows the wave, but for what it adds to it. */
const oracle = (wave: Wave, bias = 0): Forecaster<null> => ({
  name: 'oracle@1',
  start: () => null,
  learn() {},
  forecast(_, time, ahead) {
    const value = wave(time + ahead - MONDAY) + bias
    return { value, low: value, high: value }
  },
})

const rhythm = seasonal({ amplitude: 500, period: '1h' })
const lively = add(constant(1_000), rhythm, noise(5, 2))
const told = (wave: Wave, forecaster: Forecaster<unknown>, options?: ResidualOptions) =>
  new Story(residual(forecaster, options), wave)
const knowing = (bias = 0) => oracle(add(constant(1_000), rhythm), bias) as Forecaster<unknown>

describe('what the forecaster explains is expected', () => {
  test('a rhythm a hundred times the noise hides nothing from a detector that knows it', () => {
    const story = told(lively, knowing()).until(12 * HOUR)
    expect(story.worst(HOUR, 12 * HOUR)).toBeLessThan(5.5)
    const now = 1_000 + rhythm(story.at)
    expect(story.ask(now + 50)).toBeGreaterThan(8)
    expect(new Story(ewma({ halfLife: '30m' }), lively).until(12 * HOUR).ask(now + 50)).toBeLessThan(3)
  })

  test('a bias that it always has is expected too', () => {
    const story = told(lively, knowing(-200)).until(12 * HOUR)
    expect(Math.abs(story.state.errors.median - 200)).toBeLessThan(2)
    expect(story.worst(HOUR, 12 * HOUR)).toBeLessThan(5.5)
  })

  test('the band is about the forecast, carried by the bias', () => {
    const story = told(lively, knowing(-200)).until(12 * HOUR + 20 * MINUTE)
    const band = story.detector.expect?.(story.state, MONDAY + story.at)
    expect(Math.abs((band?.value as number) - 1_000 - rhythm(story.at))).toBeLessThan(2)
    expect(story.ask(band?.low as number)).toBeCloseTo(3, 6)
    expect(story.ask(band?.high as number)).toBeCloseTo(3, 6)
  })

  test('with a forecaster that stays put it judges the change from one value to the next', () => {
    const story = told(add(drift(36_000), noise(1, 3)), naive).until(2 * HOUR)
    expect(story.state.errors.median).toBeCloseTo(100, 0)
    expect(story.ask(story.at / 100 + 50)).toBeGreaterThan(15)
  })

  test('on a forecaster with Gaussian errors scores exceed 3 about as often as a Gaussian does', () => {
    const share = excess(residual(oracle(() => 0)), 3, { draw: (seed, at) => 7 + gaussian(seed, at) })
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThan(2.5)
  })
})

describe('errors that are not usual', () => {
  test('one outlier does not hide the next', () => {
    const story = told(add(lively, pulse(1e6, '6h', 6 * HOUR + 10_000)), knowing()).until(6 * HOUR + 20_000)
    expect(story.worst(6 * HOUR, 7 * HOUR)).toBeGreaterThan(10_000)
    expect(story.ask(1_000 + rhythm(story.at) + 50)).toBeGreaterThan(7)
  })

  test('a shift that the forecaster never learns is the new normal after adapt', () => {
    const story = told(add(lively, step(100, '6h')), knowing(), { halfLife: '10m' }).until(9 * HOUR)
    expect(story.above(5, 6 * HOUR, 6.9 * HOUR)).toBe(1)
    expect(story.worst(7.2 * HOUR, 9 * HOUR)).toBeLessThan(5.5)
  })
})

describe('no opinion', () => {
  test('while the forecaster has none, and before 16 errors', () => {
    const story = told(lively, naive, { warmup: 0 }).until(20 * 10_000)
    expect(story.moments.map(({ score }) => Number.isNaN(score))).toEqual([
      ...Array(17).fill(true),
      ...Array(3).fill(false),
    ])
    expect(story.moments[16]?.band).toBeUndefined()
  })

  test('where the forecast is no number', () => {
    const mute = { ...oracle(() => Number.NaN), name: 'mute@1' }
    const story = told(lively, mute as Forecaster<unknown>).until(HOUR)
    expect(story.moments.every(({ score, band }) => Number.isNaN(score) && band === undefined)).toBe(true)
  })
})

test('whatever comes, scores stay in range and the memory finite', () => {
  survives(residual(naive))
  survives(residual({ ...oracle(() => -Number.MAX_VALUE), name: 'mad@1' }, { warmup: 0 }))
})

test('its name is that of its forecaster too, so that no memory is loaded under another', () => {
  expect(residual(naive).name).toBe('residual@1:naive@1')
})

test('what is no forecaster, or an option out of range, throws a ConfigError that names it', () => {
  expect(() => residual(undefined as never)).toThrow(ConfigError)
  expect(() => residual({ ...naive, forecast: undefined } as never)).toThrow('residual.forecaster.forecast')
  expect(() => residual({ ...naive, name: 'naive' })).toThrow('residual.forecaster.name')
  expect(() => residual(naive, { halfLife: -1 })).toThrow('residual.halfLife')
})
