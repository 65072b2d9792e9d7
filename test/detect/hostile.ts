import fc from 'fast-check'
import { expect } from 'vitest'
import type { Detector } from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { MONDAY } from './story.js'

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 100, 101, 99, -5, 1e9, 1e300, -1e300, 5e-324, Number.MAX_VALUE),
  fc.double({ min: 90, max: 110, noNaN: true }),
)
const gap = fc.oneof(
  fc.constantFrom(0, 0, 1, 10_000, 10_000),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.constantFrom(5e-324, 1e-323),
)
const rows = fc.array(fc.tuple(value, gap, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 60 })

/** Whether every number in a memory is one. */
function finite(data: unknown): boolean {
  if (typeof data === 'number') return Number.isFinite(data)
  if (ArrayBuffer.isView(data)) return (data as Float64Array).every(Number.isFinite)
  return typeof data !== 'object' || data === null || Object.values(data).every(finite)
}

/**
 * Plays any story, each row some times over: scores are no opinion or from 0 to 1e6, the memory stays finite, the band in
 * order, and a memory saved and restored on the way answers as the first.
 */
// biome-ignore lint/suspicious/noExplicitAny: any detector can be judged
export function survives(detector: Detector<any>): void {
  fc.assert(
    fc.property(rows, fc.constantFrom(-1e12, 0, MONDAY), (story, start) => {
      const state = detector.start()
      let time = start
      for (const [x, wait, times] of story) {
        for (let i = 0; i < times; i++) {
          time += wait
          const score = detector.score(state, x, time)
          if (!Number.isNaN(score)) expect(score >= 0 && score <= 1e6, `score ${score}`).toBe(true)
          const band = detector.expect?.(state, time)
          if (band) expect(band.low <= band.value && band.value <= band.high, JSON.stringify(band)).toBe(true)
          detector.learn(state, x, time)
        }
        const text = textOf(state, 2 ** 20)
        expect(finite(state), text).toBe(true)
        expect(detector.score(dataOf(text), 100, time)).toEqual(detector.score(state, 100, time))
      }
    }),
    { numRuns: 60 },
  )
}
