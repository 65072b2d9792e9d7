import { describe, expect, test } from 'vitest'
import { calibrated, ewma } from '../../src/detect/index.js'
import { gaussian, uniform } from '../../src/math/random.js'
import type { Detector } from '../../src/model/index.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MONDAY } from './story.js'

/** The distance from zero, times a thousand: no sigmas at all. */
const distance: Detector<null> = {
  name: 'distance@1',
  start: () => null,
  score: (_, value) => 1_000 * Math.abs(value),
  learn() {},
  expect: () => ({ value: 0, low: -0.003, high: 0.003 }),
}

describe.each([
  ['Gaussian', gaussian],
  ['lognormal', (seed: number, at: number) => Math.exp(gaussian(seed, at))],
  ['Pareto', (seed: number, at: number) => (1 - uniform(seed, at)) ** -0.4],
])('on %s data', (_, draw) => {
  test('a score of 3 is exceeded about as often as by a Gaussian, on whatever scale the detector scores, 4 at most eight times as often', () => {
    const playing = { draw, hours: 12, series: 20, from: 2 }
    for (const detector of [calibrated(distance), calibrated(ewma())]) {
      expect(excess(detector, 3, playing)).toBeLessThan(2)
      expect(excess(detector, 3, playing)).toBeGreaterThan(0.25)
      expect(excess(detector, 4, playing)).toBeLessThan(8)
    }
  })
})

test('the order of scores stays what it was, and the band is stretched to 3 sigmas', () => {
  const detector = calibrated(distance)
  const state = detector.start()
  for (let at = 0; at < HOUR; at += 1_000) detector.learn(state, gaussian(1, at), MONDAY + at)
  const scores = [0, 0.5, 1, 2, 3, 5, 10, 100].map((value) => detector.score(state, value, MONDAY + HOUR))
  expect(scores).toEqual([...scores].sort((a, b) => a - b))
  const band = detector.expect?.(state, MONDAY + HOUR)
  expect(detector.score(state, band?.high ?? 0, MONDAY + HOUR)).toBeCloseTo(3, 5)
  expect(band?.high).toBeGreaterThan(2)
  expect(band?.high).toBeLessThan(4.5)
})

test('no opinion until the detector has had one 32 times', () => {
  const detector = calibrated(ewma())
  const state = detector.start()
  const opinions = Array.from({ length: 60 }, (_, i) => {
    const score = detector.score(state, i % 7, MONDAY + 10_000 * i)
    detector.learn(state, i % 7, MONDAY + 10_000 * i)
    return !Number.isNaN(score)
  })
  expect(opinions.indexOf(true)).toBe(16 + 32)
})

test('whatever comes, scores are no opinion or from 0 to 1e6, and the memory stays finite and survives', () => {
  survives(calibrated(ewma({ warmup: 0, halfLife: '1m' })))
})
