import { expect, test } from 'vitest'
import type { Finding } from '../../../src/model/index.js'
import { condition, type FindingCondition } from '../../../src/respond/remediate/condition.js'
import { finding, incident, MINUTE } from './stand.js'

const now = 10 * MINUTE
const meets = (when: FindingCondition, told: Partial<Finding> = {}): boolean =>
  condition(when)({ ...finding('f'), ...told }, incident('i'), now)

test('all that is said must hold for one and the same finding', () => {
  const when = { signal: 'db.*', watcher: 'anomaly', severity: 'critical' } as const
  expect(meets(when, { severity: 'critical' })).toBe(true)
  expect(meets(when)).toBe(false)
  expect(meets(when, { severity: 'critical', watcher: 'unhealthy' })).toBe(false)
  expect(meets({ watcher: ['unhealthy', 'anomaly'] })).toBe(true)
})

test('a health check is meant by its name', () => {
  const signal = { name: 'pi_uptime.check.status', unit: '1', attributes: { 'pi_uptime.check.name': 'db' } }
  expect(meets({ check: 'db' }, { signal })).toBe(true)
  expect(meets({ check: ['cache', 'db'] }, { signal })).toBe(true)
  expect(meets({ check: 'cache' }, { signal })).toBe(false)
})

test('a forecast calls only when the limit is nearer than the lead time', () => {
  const exhaustion = { at: now + 30 * MINUTE, low: now + 20 * MINUTE, high: now + 60 * MINUTE }
  expect(meets({ exhaustion: '30m' }, { exhaustion })).toBe(true)
  expect(meets({ exhaustion: '29m' }, { exhaustion })).toBe(false)
  expect(meets({ exhaustion: '30m' })).toBe(false)
})

test('an incident calls only when it is old enough', () => {
  expect(meets({ signal: 'db.*', age: '10m' })).toBe(true)
  expect(meets({ signal: 'db.*', age: '11m' })).toBe(false)
})

test('a suspect calls when it is among the first so many, never as the first alone, and never as the only reason', () => {
  const many = incident('i', { a: { signal: 'a' }, b: { signal: 'b' }, c: { signal: 'c' } })
  const test = condition({ watcher: 'anomaly', suspects: 2 })
  expect(many.findings.map((each) => test(each, many, now))).toEqual([true, true, false])
  expect(() => condition({ watcher: 'anomaly', suspects: 1 })).toThrow(/suspects/)
  expect(() => condition({ suspects: 3 })).toThrow(/remediate.when/)
})

test('a time window says when, and never what', () => {
  expect(meets({ signal: 'db.*', during: [{ from: '00:00', to: '01:00' }] })).toBe(true)
  expect(meets({ signal: 'db.*', during: [{ from: '01:00', to: '02:00' }] })).toBe(false)
  expect(() => condition({ during: [{ from: '01:00' }] })).toThrow(/remediate.when/)
  expect(() => condition({ signal: 'x', during: [{ cron: '* * * * *', for: '1m' }] })).toThrow(/by the hour/)
})
