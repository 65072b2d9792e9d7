import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding, Signal } from '../../src/model/index.js'
import { type HardwareState, hardware } from '../../src/watch/hardware.js'
import { HARDWARE_RULES } from '../../src/watch/hardware-rules.js'

const watcher = hardware()
await watcher.load?.()
const SECOND = 1_000
const MINUTE = 60_000
/** 14:02 UTC of a Monday. */
const START = Date.UTC(2024, 0, 1, 14, 2)

const supply: Signal = {
  name: 'hw.status',
  unit: '1',
  attributes: {
    'hw.id': 'supply',
    'hw.type': 'voltage',
    'hw.state': 'degraded',
    'hw.model': 'Raspberry Pi 4 Model B Rev 1.5',
  },
}
const heat: Signal = { name: 'hw.temperature', unit: 'Cel', attributes: { 'hw.id': 'cpu-thermal' } }
const wifi: Signal = {
  name: 'pi_uptime.pi.wifi.signal',
  unit: '{dBm}',
  attributes: { 'network.interface.name': 'wlan0' },
}

/** Pushes values ten seconds apart, with a tick between. */
function watch(values: readonly number[], signal = supply, state = watcher.start(), start = START): Finding[] {
  return values.flatMap((value, i) => {
    const time = start + i * 10 * SECOND
    return [...watcher.push(state, value, time, signal), ...watcher.tick(state, time + 5 * SECOND, signal)]
  })
}

const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value)

test('says since when, and what to do', () => {
  expect(watch([0, 1, 1])).toMatchObject([
    {
      watcher: 'hardware',
      state: 'open',
      severity: 'critical',
      score: 10,
      since: START + 10 * SECOND,
      summary:
        'under-voltage since 14:02 UTC: use a 5 V 3 A supply and a short, thick cable; the board may reboot and damage its card',
    },
  ])
})

test('what comes and goes is one finding, and closes when it was well for five minutes', () => {
  const flicker = Array.from({ length: 60 }, (_, i) => i % 2)
  const found = watch([...flicker, ...times(31, 0)])
  expect(found.map(({ state }) => state)).toEqual(['open', 'closed'])
  expect(found[1]?.id).toBe(found[0]?.id)
  expect(found[1]?.closedAt).toBe(START + (59 * 10 + 300) * SECOND)
  expect(found[1]?.summary).toBe('the under-voltage is over, after 9 min 40 s')
})

test('what gets worse says so once, and does not get better by half', () => {
  const found = watch([79, 81, 82, 86, 86, 82, 86], heat)
  expect(found.map(({ severity, value }) => [severity, value])).toEqual([
    ['warning', 81],
    ['critical', 86],
  ])
})

test('a weak signal must be weak for a minute', () => {
  expect(watch([...times(6, -85), -70, ...times(6, -85)], wifi)).toEqual([])
  expect(watch(times(7, -85), wifi).map(({ summary }) => summary)).toEqual([
    'the Wi-Fi of wlan0 is weak, -85 dBm, since 14:02 UTC: move the board or the access point, use an antenna, or a cable',
  ])
})

test('what was on another day is told with its date', () => {
  const age: Signal = {
    name: 'pi_uptime.pi.under_voltage.age',
    unit: 's',
    attributes: { 'hw.model': 'Raspberry Pi 5' },
  }
  expect(watch([18 * 3_600], age)[0]?.summary).toBe(
    'there was an under-voltage at 2023-12-31 20:02 UTC: use a 5 V 5 A supply and a short, thick cable',
  )
})

test('what is heard no more is let go after a quarter of an hour', () => {
  const state = watcher.start()
  watch([1], supply, state)
  const found: Finding[] = []
  for (let at = 10; at <= 16 * 60; at += 10) found.push(...watcher.tick(state, START + at * SECOND, supply))
  expect(found).toMatchObject([{ state: 'closed', summary: 'the under-voltage is heard of no more' }])
})

test('a clock that jumps by decades, as that of a board without one does, ends nothing and begins nothing', () => {
  const state = watcher.start()
  const before = watch([1, 1], supply, state, 10 * MINUTE)
  const after = watch([0, 1, 0], supply, state)
  expect(before.map(({ state: one }) => one)).toEqual(['open'])
  expect(after).toEqual([])
})

test('servers and devices of other kinds are none of its business', () => {
  const others: Signal[] = [
    { ...heat, attributes: { 'hw.id': 'cpu0' } },
    { ...supply, attributes: { ...supply.attributes, 'hw.state': 'ok' } },
    { name: 'hw.voltage', unit: 'V', attributes: { 'hw.id': 'VDD_CORE' } },
    { name: 'hw.errors', unit: '{error}', attributes: { 'hw.type': 'memory' } },
    { name: 'system.cpu.utilization', unit: '1', attributes: {} },
  ]
  expect(others.filter((signal) => watcher.matches(signal))).toEqual([])
})

test('its memory survives JSON in the middle of trouble', () => {
  const state = watcher.start()
  const [opened] = watch([1, 1], supply, state)
  const restored = JSON.parse(JSON.stringify(state)) as HardwareState
  expect(restored).toEqual(state)
  const later = watch([1, ...times(31, 0)], supply, restored, START + MINUTE)
  expect(later).toMatchObject([{ id: opened?.id, state: 'closed' }])
})

test('whatever the values, at most one finding is open, closes under its id, and says something', () => {
  const signals = HARDWARE_RULES.map(
    ({ signal, attributes }): Signal => ({ name: signal, unit: '1', attributes: attributes ?? {} }),
  )
  const value = fc.oneof(
    fc.constantFrom(0, 1, -85, 86, 4.5, 3, 100, 1e300, -1e300),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...signals),
      fc.array(fc.tuple(value, fc.integer({ min: 0, max: 1e9 })), { maxLength: 40 }),
      (signal, steps) => {
        const state = watcher.start()
        let open: string | undefined
        let time = START
        for (const [next, passed] of steps) {
          time += passed
          for (const finding of [...watcher.push(state, next, time, signal), ...watcher.tick(state, time, signal)]) {
            if (open !== undefined) expect(finding.id).toBe(open)
            expect(finding.summary).not.toBe('')
            open = finding.state === 'open' ? finding.id : undefined
          }
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      },
    ),
  )
})
