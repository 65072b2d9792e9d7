import { expect, test } from 'vitest'
import { guardrails } from '../../../src/respond/index.js'
import { season, type TimeWindow } from '../../../src/respond/remediate/window.js'

const at = (iso: string): number => Date.parse(iso)
const has = (window: TimeWindow, iso: string): boolean => season('w', window).has(at(iso))

test('a window over midnight belongs to the day that it begins on', () => {
  const nights = { from: '22:00', to: '06:00', days: [5] } // Friday
  expect(has(nights, '2026-11-27T21:59:59Z')).toBe(false)
  expect(has(nights, '2026-11-27T22:00:00Z')).toBe(true)
  expect(has(nights, '2026-11-28T05:59:59Z')).toBe(true)
  expect(has(nights, '2026-11-28T06:00:00Z')).toBe(false)
  expect(has(nights, '2026-11-28T23:00:00Z')).toBe(false)
  expect(has(nights, '2026-11-27T03:00:00Z')).toBe(false)
})

test('the hours are those of its time zone, also when the clocks change', () => {
  const work = { from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' }
  expect(has(work, '2026-07-01T07:30:00Z')).toBe(true)
  expect(has(work, '2026-12-01T07:30:00Z')).toBe(false)
  expect(has(work, '2026-12-01T08:30:00Z')).toBe(true)
  expect(has({ from: '02:30', to: '02:45', timeZone: 'Europe/Berlin' }, '2026-03-29T01:35:00Z')).toBe(false) // that hour is skipped
})

test('a whole day is a window, and a window of no length is none', () => {
  expect(has({ days: [3] }, '2026-11-25T00:00:00Z')).toBe(true)
  expect(has({ days: [3] }, '2026-11-25T23:59:59Z')).toBe(true)
  expect(has({ days: [3] }, '2026-11-26T00:00:00Z')).toBe(false)
})

test('a cron expression begins a window, in its time zone; until it is loaded the guard refuses', async () => {
  const window = season('w', { cron: '0 22 * * 1-5', for: '8h', timeZone: 'America/New_York' })
  expect(() => window.has(at('2026-11-25T04:00:00Z'))).toThrow(/not loaded/)
  await window.load?.()
  expect(window.has(at('2026-11-25T02:59:00Z'))).toBe(false)
  expect(window.has(at('2026-11-25T03:00:00Z'))).toBe(true)
  expect(window.has(at('2026-11-25T10:59:00Z'))).toBe(true)
  expect(window.has(at('2026-11-25T11:01:00Z'))).toBe(false)
  expect(window.has(at('2026-11-29T05:00:00Z'))).toBe(false) // Saturday night there
})

test.each([
  [{ from: '25:00' }, /quiet\[0\].from/],
  [{ to: '7' }, /quiet\[0\].to/],
  [{ days: [7] }, /quiet\[0\].days/],
  [{ days: [] }, /quiet\[0\].days/],
  [{ timeZone: 'Mars/Base' }, /quiet\[0\].timeZone/],
  [{ cron: 'often', for: '1h' }, /quiet\[0\].cron/],
  [{ cron: '0 0 * * *', for: '1s' }, /quiet\[0\].for/],
  [null, /quiet\[0\]/],
])('the window %j is refused, and the field is named', (window, message) => {
  expect(() => guardrails({ quiet: [window as never] })).toThrow(message)
})
