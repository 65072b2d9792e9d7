import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MATURE, type Pace, pace } from '../../src/math/pace.js'

const NEVER = -Number.MAX_VALUE
const fresh = (): Pace => ({ time: NEVER, room: 0, count: 0, age: 0 })
const halfLife = 600_000
const paced = (grown = 6 * halfLife) => pace(halfLife, grown)

/** Old enough for a steady pace. */
function grown(every: number, rows = 20_000): { state: Pace; share: (state: Pace, time: number) => number } {
  const share = paced()
  const state = fresh()
  for (let row = 0; row < rows; row++) share(state, row * every)
  return { state, share }
}

test('at a steady pace an observation replaces what its time forgets', () => {
  for (const every of [1_000, 10_000, 20_000]) {
    const { state, share } = grown(every)
    expect(share(state, state.time + every) / (1 - 2 ** (-every / halfLife))).toBeCloseTo(1, 6)
  }
})

test('however rare observations are, one replaces no more than 1/32', () => {
  const { state, share } = grown(7 * 864e5, 500)
  expect(share(state, state.time + 7 * 864e5)).toBeLessThanOrEqual(1 / 32)
  expect(share(state, state.time + 7 * 864e5)).toBeGreaterThan(0.02)
})

test('a burst of a thousand shares what time allows: less than a quarter of the memory', () => {
  const { state, share } = grown(10_000)
  let kept = 1
  for (let i = 0; i < 1_000; i++) kept *= 1 - share(state, state.time + (i === 0 ? 10_000 : 0))
  expect(kept).toBeGreaterThan(0.75)
})

test('the first observation is all there is, the next ones share with it', () => {
  const share = paced()
  const state = fresh()
  expect([0, 1, 2, 3].map((row) => share(state, row * 10_000))).toEqual([1, 4 / 5, 4 / 6, 4 / 7])
})

test('a young memory spans a quarter of its age, so that it learns faster than an old one', () => {
  const share = paced(36e5)
  const state = fresh()
  let last = 0
  for (let row = 0; row < 1_800; row++) last = share(state, row * 1_000)
  expect(last / (4 / 1_800 + 1 - 2 ** (-1_000 / halfLife))).toBeCloseTo(1, 1)
})

test('whatever the times, a share is from 0 to 1 and the memory finite', () => {
  const gap = fc.oneof(fc.constantFrom(0, 0, 1, 10_000), fc.double({ min: -1e6, max: 1e13, noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(gap, { minLength: 1, maxLength: 3 * MATURE }),
      fc.constantFrom(-1e12, 0, 1.7e12),
      (gaps, start) => {
        const share = paced()
        const state = fresh()
        let time = start
        for (const wait of gaps) {
          time += wait
          const part = share(state, time)
          expect(part >= 0 && part <= 1).toBe(true)
          expect(Object.values(state).every(Number.isFinite)).toBe(true)
        }
      },
    ),
  )
})
