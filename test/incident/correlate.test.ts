import { expect, test } from 'vitest'
import { correlate } from '../../src/incident/correlate.js'
import type { Finding, Severity } from '../../src/model/index.js'

const MINUTE = 6e4

function finding(name: string, since: number, change: Partial<Finding> = {}): Finding {
  const signal = { name, unit: '1', attributes: {} }
  const base = {
    id: `f-${name}-${since}`,
    watcher: 'anomaly',
    signal,
    state: 'open',
    severity: 'warning' as Severity,
    score: 6,
    value: 1,
  } as const
  return { ...base, since, openedAt: since, updatedAt: since, summary: `${name} is high`, ...change }
}

const closed = (open: Finding, at: number): Finding => ({ ...open, state: 'closed', updatedAt: at, closedAt: at })

test('findings that begin within five minutes are one incident, a later one is another', () => {
  const correlator = correlate()
  const state = correlator.start()
  const [first] = correlator.push(state, finding('a', 0), 0)
  const [joined] = correlator.push(state, finding('b', 4 * MINUTE), 4 * MINUTE)
  const [other] = correlator.push(state, finding('c', 10 * MINUTE), 10 * MINUTE)
  expect(joined?.id).toBe(first?.id)
  expect(joined?.findings.map(({ signal }) => signal.name)).toEqual(['a', 'b'])
  expect(joined?.title).toBe('a is high, and 1 more')
  expect(other?.id).not.toBe(first?.id)
})

test('an incident closes once, when all its findings have been closed for the quiet time', () => {
  const correlator = correlate({ quiet: '30s' })
  const state = correlator.start()
  const [a, b] = [finding('a', 0), finding('b', 1_000)]
  for (const each of [a, b]) correlator.push(state, each, each.since)
  correlator.push(state, closed(a, MINUTE), MINUTE)
  expect(correlator.tick(state, 5 * MINUTE)).toEqual([])
  expect(correlator.push(state, closed(b, 5 * MINUTE), 5 * MINUTE)).toMatchObject([{ state: 'open' }])
  expect(correlator.tick(state, 5 * MINUTE + 29_000)).toEqual([])
  expect(correlator.tick(state, 5 * MINUTE + 30_000)).toMatchObject([
    { state: 'closed', closedAt: 5 * MINUTE + 30_000 },
  ])
  expect(correlator.tick(state, 9 * MINUTE)).toEqual([])
})

test('a finding that opens again when its incident has closed begins another, which opens then', () => {
  const correlator = correlate({ quiet: '30s' })
  const state = correlator.start()
  const a = finding('a', 0)
  const [first] = correlator.push(state, a, 0)
  correlator.push(state, closed(a, MINUTE), MINUTE)
  correlator.tick(state, 2 * MINUTE)
  const again = { ...a, since: 3 * MINUTE, updatedAt: 4 * MINUTE }
  const [second] = correlator.push(state, again, 4 * MINUTE)
  expect(second).toMatchObject({ state: 'open', openedAt: 4 * MINUTE, findings: [{ id: a.id }] })
  expect(second?.id).not.toBe(first?.id)
  expect(correlate().push(correlate().start(), again, 4 * MINUTE)[0]?.id).toBe(second?.id)
})

test('a finding that comes back before the incident is quiet keeps it open', () => {
  const correlator = correlate({ quiet: '30s' })
  const state = correlator.start()
  const a = finding('a', 0)
  correlator.push(state, a, 0)
  correlator.push(state, closed(a, MINUTE), MINUTE)
  const [again] = correlator.push(state, finding('a', MINUTE + 10_000), MINUTE + 10_000)
  expect(again).toMatchObject({ state: 'open', findingCount: 2 })
  expect(correlator.tick(state, 3 * MINUTE)).toEqual([])
})

test('severity only rises, and the title tells of the worst that is open', () => {
  const correlator = correlate()
  const state = correlator.start()
  correlator.push(state, finding('a', 0), 0)
  const [worse] = correlator.push(state, finding('b', 1, { severity: 'critical' }), 1)
  expect(worse).toMatchObject({ severity: 'critical', title: 'b is high, and 1 more' })
  const [still] = correlator.push(state, closed(finding('b', 1, { severity: 'critical' }), 2), 2)
  expect(still).toMatchObject({ severity: 'critical' })
})

test('a finding that names its incident joins it, however late', () => {
  const correlator = correlate()
  const state = correlator.start()
  const [incident] = correlator.push(state, finding('a', 0), 0)
  const signal = { name: 'pi_uptime.action', unit: '1', attributes: { 'pi_uptime.incident.id': incident?.id ?? '' } }
  const late = closed(finding('x', 90 * MINUTE, { signal, severity: 'critical' }), 90 * MINUTE)
  expect(correlator.push(state, late, 90 * MINUTE)).toMatchObject([
    { id: incident?.id, severity: 'critical', state: 'open' },
  ])
})

test('a closed finding that nobody knows opens nothing', () => {
  const correlator = correlate()
  expect(correlator.push(correlator.start(), closed(finding('a', 0), 1), 1)).toEqual([])
})

test('a flood of findings leaves 100 incidents of 50 findings, all counted', () => {
  const correlator = correlate({ within: 0 })
  const state = correlator.start()
  for (let i = 0; i < 5_000; i++) correlator.push(state, finding(`s${i}`, i * MINUTE), i * MINUTE)
  expect(state.open).toHaveLength(100)
  expect(Math.max(...state.open.map(({ findings }) => findings.length))).toBe(50)
  expect(state.open.reduce((sum, { findingCount }) => sum + findingCount, 0)).toBe(5_000)
})

test('suspects are ranked by deviation, equals by onset, and their weights add up to one', () => {
  const correlator = correlate()
  const state = correlator.start()
  correlator.push(state, finding('late', 5_000, { score: 8 }), 5_000)
  correlator.push(state, finding('early', 1_000, { score: 8 }), 6_000)
  const [incident] = correlator.push(state, finding('far', 7_000, { score: 500 }), 7_000)
  expect(incident?.suspects.map(({ signal }) => signal.name)).toEqual(['far', 'early', 'late'])
  expect(incident?.suspects.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1)
  expect(incident?.suspects[1]?.evidence).toBe('early deviated by 8 sigmas, first of all')
})

test('the state survives JSON', () => {
  const correlator = correlate()
  const state = correlator.start()
  correlator.push(state, finding('a', 0), 0)
  const restored = JSON.parse(JSON.stringify(state))
  expect(correlator.push(restored, closed(finding('a', 0), 1), 1)).toEqual(
    correlator.push(state, closed(finding('a', 0), 1), 1),
  )
})
