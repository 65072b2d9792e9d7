import { describe, expect, test } from 'vitest'
import { addPoint, emptyThinned, LEVELS, POINTS, pointsOf } from '../../src/math/thinned.js'

describe('a thinned history', () => {
  test('keeps the last 16 values as they are, the latest at the end', () => {
    const history = emptyThinned()
    for (let i = 0; i < 100; i++) addPoint(history, i, 10 * i)
    expect([...history.times.subarray(0, POINTS)]).toEqual(Array.from({ length: 16 }, (_, i) => 84 + i))
    expect([...history.values.subarray(0, POINTS)]).toEqual(Array.from({ length: 16 }, (_, i) => 840 + 10 * i))
  })

  test('a point of the next level stands for four, by the mean of the two in the middle', () => {
    const history = emptyThinned()
    for (const [time, value] of [
      [0, 5],
      [1, 1e9],
      [2, 7],
      [3, -1e9],
    ] as const)
      addPoint(history, time, value)
    expect(history.times[POINTS]).toBe(1.5)
    expect(history.values[POINTS]).toBe(6)
  })

  test('says how many levels have got a point', () => {
    const history = emptyThinned()
    const changed = Array.from({ length: 64 }, (_, i) => addPoint(history, i, i))
    expect(changed.filter((levels) => levels === 1)).toHaveLength(48)
    expect(changed[3]).toBe(2)
    expect(changed[15]).toBe(3)
    expect(changed[63]).toBe(4)
  })

  test('of a ramp every level lies on it', () => {
    const history = emptyThinned()
    for (let i = 0; i < 20_000; i++) addPoint(history, i, 3 * i)
    for (let level = 0; level < LEVELS; level++) {
      for (let i = 0; i < pointsOf(history, level); i++) {
        const at = level * POINTS + i
        expect(history.values[at]).toBeCloseTo(3 * (history.times[at] as number), 6)
      }
    }
  })

  test('a tenth of the values may be anything: coarse points stand', () => {
    const history = emptyThinned()
    for (let i = 0; i < 16_384; i++) addPoint(history, i, (i * 7919) % 10 === 0 ? 1e9 : 100)
    const coarse = [...history.values.subarray(4 * POINTS, 5 * POINTS)]
    expect(coarse.filter((value) => value > 200).length).toBeLessThanOrEqual(2)
  })
})
