import { describe, expect, test } from 'vitest'
import { gaussian } from '../../src/math/random.js'
import { emptySwings, learnSwing, leastFall, type Swings } from '../../src/math/swings.js'

function played(
  count: number,
  wave: (i: number) => number,
): { readonly swings: Swings; readonly ends: readonly number[] } {
  const swings = emptySwings()
  const ends: number[] = []
  for (let i = 0; i < count; i++) if (learnSwing(swings, wave(i), i)) ends.push(i)
  return { swings, ends }
}

describe('rises', () => {
  test('of a saw-tooth end where it falls, and their tops are kept', () => {
    const { swings, ends } = played(1_000, (i) => (i % 100) + 0.1 * gaussian(1, i))
    expect(ends).toHaveLength(9)
    for (const at of ends) expect(at % 100).toBeLessThan(3)
    for (const top of swings.tops.subarray(0, 9)) expect(Math.abs(top - 99)).toBeLessThan(1.5)
    expect(swings.height).toBeGreaterThan(90)
  })

  test('of a noisy ramp never end', () => {
    expect(played(5_000, (i) => 0.01 * i + gaussian(2, i)).ends).toHaveLength(0)
  })

  test('one odd value is neither a top nor a fall', () => {
    const { swings, ends } = played(500, (i) => (i === 300 ? 1e6 : i === 400 ? -1e6 : i))
    expect(ends).toHaveLength(0)
    expect(swings.top).toBeLessThan(500)
  })

  test('the last 16 tops are kept, in a ring', () => {
    const { swings } = played(4_000, (i) => (i % 100) * (1 + Math.floor(i / 100)))
    expect(swings.ended).toBe(39)
    expect(Math.min(...swings.tops)).toBeGreaterThan(99 * 20)
  })

  test('a fall must be more than noise, and than a quarter of a usual rise', () => {
    const { swings } = played(1_000, (i) => (i % 100) + gaussian(1, i))
    expect(leastFall(swings)).toBeGreaterThanOrEqual(4 * swings.noise)
    expect(leastFall(swings)).toBeGreaterThanOrEqual(0.25 * swings.height)
  })
})
