import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginningOf } from '../../src/math/calendar.js'
import { addTo, emptyRings, sums, sumsOver } from '../../src/math/rings.js'

const HOUR = 36e5
const DAY = 24 * HOUR
const WINDOWS = [5 * 6e4, 18e5, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY, 30 * DAY]
/** The width of the slots that a window is read from. */
const widthOf = (window: number): number =>
  window <= HOUR ? 1e4 : window <= 6 * HOUR ? 6e4 : window <= 3 * DAY ? 3e5 : HOUR

test('a window holds what a count of all events in it holds, to within one slot at its old end, also after long silences', () => {
  const gap = fc.oneof(
    fc.integer({ min: 0, max: 6e4 }),
    fc.integer({ min: 0, max: 2 * DAY }),
    fc.integer({ min: 0, max: 40 * DAY }),
  )
  fc.assert(
    fc.property(fc.array(gap, { minLength: 1, maxLength: 60 }), (gaps) => {
      const rings = emptyRings()
      const times: number[] = []
      let time = Date.UTC(2026, 0, 1)
      for (const one of gaps) {
        time += one
        times.push(time)
        addTo(rings, HOUR, time, 1, 2)
      }
      for (const window of WINDOWS) {
        const width = widthOf(window)
        const begins = (Math.floor(time / width) + 1 - Math.round(window / width)) * width
        sumsOver(rings, HOUR, time, window)
        const count = times.filter((at) => at >= begins).length
        expect([...sums], `${window}`).toEqual([count, 2 * count])
      }
    }),
    { numRuns: 300 },
  )
})

test('what is older than a ring is not taken into it', () => {
  const rings = emptyRings()
  addTo(rings, HOUR, 100 * DAY, 1, 1)
  addTo(rings, HOUR, 100 * DAY - 2 * HOUR, 1, 1)
  sumsOver(rings, HOUR, 100 * DAY, HOUR)
  expect(sums[0]).toBe(1)
  sumsOver(rings, HOUR, 100 * DAY, 6 * HOUR)
  expect(sums[0]).toBe(2)
})

test('weeks begin on Mondays and months on their first day, as the calendar has it, for four centuries', () => {
  for (let day = -80_000; day < 80_000; day += 37) {
    const time = day * DAY + 5 * HOUR
    const date = new Date(time)
    expect(beginningOf('month', time)).toBe(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))
    const monday = new Date(beginningOf('week', time))
    expect([monday.getUTCDay(), monday.getUTCHours()]).toEqual([1, 0])
    expect(time - monday.getTime()).toBeLessThan(7 * DAY)
  }
})
