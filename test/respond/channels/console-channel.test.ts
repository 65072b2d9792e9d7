import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Alert } from '../../../src/model/index.js'
import { type ConsoleChannelOptions, consoleChannel } from '../../../src/respond/channels/index.js'
import { aContext, anAlert, signal } from './alerts.js'

afterEach(() => {
  vi.restoreAllMocks()
})

async function lines(alerts: readonly Alert[], options: ConsoleChannelOptions = {}): Promise<string[]> {
  const written: string[] = []
  const channel = consoleChannel({ write: (line) => written.push(line), ...options })
  for (const alert of alerts) await channel.send(alert, aContext())
  return written
}

test('an alert is one line with time, severity, reason, service, title and suspects', async () => {
  expect(await lines([anAlert()])).toEqual([
    '2026-11-23T12:00:00.000Z CRITICAL opened checkout: p95 of /pay is 2.1 s; suspects: db.pool.wait{pool=main} 62 %',
  ])
})

test('without suspects nothing is said of them; of many the first three are named', async () => {
  const suspects = [0.4, 0.3, 0.2, 0.06, 0.04].map((weight, i) => ({ signal: signal(`s${i}`), weight, evidence: '' }))
  const [none, many] = await lines([anAlert({ suspects: [] }), anAlert({ suspects })])
  expect(none).toMatch(/2\.1 s$/)
  expect(many).toMatch(/suspects: s0 40 %, s1 30 %, s2 20 % and 2 more$/)
})

test('severity and reason are coloured when asked for, and resolved is green whatever it was', async () => {
  const [opened, resolved] = await lines([anAlert(), anAlert({ state: 'closed' }, { reason: 'resolved' })], {
    colors: true,
  })
  expect(opened).toContain('\x1b[31;1mCRITICAL opened\x1b[0m checkout')
  expect(resolved).toContain('\x1b[32mCRITICAL resolved\x1b[0m checkout')
})

test('whatever the names hold, it is one line without control characters, and not endless', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2_000 }),
    fc.constantFrom(
      'a\nb',
      '\x1b[2J\x1b[31mfake',
      '\u202egnp.exe',
      'a\r\n2026 INFO resolved',
      '\u2028',
      'x'.repeat(1e5),
      '👍'.repeat(300),
    ),
  )
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const suspects = [{ signal: signal(text, { [text]: text }), weight: 1, evidence: text }]
      const [line = ''] = await lines([anAlert({ title: text, suspects }, { service: text })])
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      expect(line.length).toBeLessThan(1_000)
    }),
  )
})

test('a time that is none does not stop the alert', async () => {
  const [line] = await lines([anAlert({}, { time: Number.NaN })])
  expect(line).toMatch(/^no time CRITICAL opened/)
})

test('by default it goes to standard error, uncoloured where that is no terminal', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {})
  await consoleChannel({ colors: false }).send(anAlert(), aContext())
  expect(written.mock.calls).toEqual([[expect.stringMatching(/^2026.*CRITICAL opened checkout/)]])
})

test('colours come only with a terminal that has them', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { isTTY, hasColors } = process.stderr
  try {
    for (const [terminal, capable] of [
      [true, true],
      [true, false],
      [undefined, true],
    ] as const) {
      Object.assign(process.stderr, { isTTY: terminal, hasColors: () => capable })
      await consoleChannel().send(anAlert(), aContext())
    }
  } finally {
    Object.assign(process.stderr, { isTTY, hasColors })
  }
  expect(said.mock.calls.map(([line]) => String(line).includes('\x1b'))).toEqual([true, false, false])
})

test('a write that throws or rejects is an alert that did not arrive', async () => {
  const throwing = consoleChannel({
    write: () => {
      throw new Error('closed')
    },
  })
  await expect(throwing.send(anAlert(), aContext())).rejects.toThrow('closed')
  const rejecting = consoleChannel({ write: () => Promise.reject(new Error('full')) })
  await expect(rejecting.send(anAlert(), aContext())).rejects.toThrow('full')
})

test('options that cannot work are refused at once', () => {
  expect(() => consoleChannel({ write: 'stdout' as never })).toThrow('consoleChannel.write must be a function')
  expect(() => consoleChannel({ colors: 'yes' as never })).toThrow('consoleChannel.colors must be')
})
