import { describe, expect, test } from 'vitest'
import { emptyWaiting, placeOf, RUNGS, settle, wait } from '../../src/math/waiting.js'

/** What has been settled: the rung, the error and the track. */
function played(count: number, tracks = 1, every = 10): readonly (readonly [number, number, number])[] {
  const waiting = emptyWaiting(tracks)
  const settled: [number, number, number][] = []
  for (let i = 0; i < count; i++) {
    settle(waiting, i, every * i, (rung, error, track) => settled.push([rung, error, track]))
    wait(waiting, (_, track) => i + track)
  }
  return settled
}

describe('forecasts that wait', () => {
  test('are settled when their time comes: a ramp is as far off as they were made ahead', () => {
    const settled = played(3_000)
    for (const [rung, error] of settled) expect(error).toBeCloseTo(4 ** rung, 6)
    for (let rung = 0; rung < 6; rung++)
      expect(
        settled.some(([of]) => of === rung),
        `rung ${rung}`,
      ).toBe(true)
  })

  test('four of a rung wait at a time: that many errors there are of each in its own length', () => {
    const settled = played(4 ** 4 * 4)
    const of = (rung: number): number => settled.filter(([one]) => one === rung).length
    expect(of(0)).toBeGreaterThan(1_000)
    expect(of(3)).toBeGreaterThanOrEqual(4 * 15 - 4)
    expect(of(3)).toBeLessThanOrEqual(4 * 16 + 4)
  })

  test('each track is told its own error', () => {
    for (const [rung, error, track] of played(100, 3)) expect(error).toBeCloseTo(4 ** rung - track, 6)
  })

  test('one that has no opinion waits for nothing', () => {
    const waiting = emptyWaiting()
    for (let i = 0; i < 10; i++) {
      settle(waiting, i, i, () => expect.unreachable())
      wait(waiting, () => Number.NaN)
    }
    expect([...waiting.due].every((due) => due < 0)).toBe(true)
  })

  test('what comes much too late says nothing: a gap is not an error', () => {
    const waiting = emptyWaiting()
    for (let i = 0; i < 10; i++) {
      settle(waiting, 0, 10 * i, () => undefined)
      wait(waiting, () => 0)
    }
    const late: number[] = []
    settle(waiting, 1e6, 1e9, (rung) => late.push(rung))
    expect(late).toEqual([])
  })

  test('a time ahead has its place between rungs', () => {
    const waiting = emptyWaiting()
    settle(waiting, 0, 0, () => undefined)
    settle(waiting, 0, 10, () => undefined)
    expect(placeOf(waiting, 5)).toBe(0)
    expect(placeOf(waiting, 40)).toBeCloseTo(1, 9)
    expect(placeOf(waiting, 80)).toBeCloseTo(1.5, 9)
    expect(placeOf(waiting, 1e12)).toBeGreaterThan(RUNGS)
  })
})
