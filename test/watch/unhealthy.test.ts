import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ATTRIBUTE, type Finding, type Signal } from '../../src/model/index.js'
import { type UnhealthyState, unhealthy } from '../../src/watch/unhealthy.js'

const watcher = unhealthy()
const SECOND = 1_000
const MINUTE = 60_000
const START = 1_704_067_200_000

function status(critical = true): Signal {
  const attributes = { [ATTRIBUTE.checkName]: 'db', [ATTRIBUTE.checkCritical]: critical }
  return { name: 'pi_uptime.check.status', unit: '1', attributes }
}

/** Pushes the values ten seconds apart, with ticks between; what was found. */
function watch(
  values: readonly number[],
  signal: Signal = status(),
  state: UnhealthyState = watcher.start(),
): Finding[] {
  const found: Finding[] = []
  values.forEach((value, i) => {
    const time = START + i * 10 * SECOND
    found.push(...watcher.push(state, value, time, signal), ...watcher.tick(state, time + 5 * SECOND, signal))
  })
  return found
}

/** Ticks once a second for so long; what was found. */
function silence(state: UnhealthyState, from: number, ms: number, signal: Signal = status()): Finding[] {
  const found: Finding[] = []
  for (let time = from; time <= from + ms; time += SECOND) found.push(...watcher.tick(state, time, signal))
  return found
}

test('watches the status of checks and nothing else', () => {
  expect(watcher.matches(status())).toBe(true)
  expect(watcher.matches({ ...status(), name: 'pi_uptime.check.duration' })).toBe(false)
  expect(watcher.matches({ ...status(), name: 'http.server.request.duration' })).toBe(false)
})

test('a failing check opens one critical finding, and closes it when it passes', () => {
  const [opened, closed, ...more] = watch([1, 0, 0, 0, 1, 1])
  expect(more).toEqual([])
  expect(opened).toMatchObject({
    watcher: 'unhealthy',
    state: 'open',
    severity: 'critical',
    score: 10,
    value: 0,
    expected: { value: 1, low: 1, high: 1 },
    since: START + 10 * SECOND,
    openedAt: START + 10 * SECOND,
    summary: 'check db fails',
  })
  expect(closed).toMatchObject({
    id: opened?.id,
    state: 'closed',
    severity: 'critical',
    value: 1,
    closedAt: START + 40 * SECOND,
    summary: 'check db passes again after 30 s',
  })
})

test('a degraded check and a failing one that is not critical are warnings', () => {
  expect(watch([0.5])).toMatchObject([{ severity: 'warning', score: 4, summary: 'check db is degraded' }])
  expect(watch([0], status(false))).toMatchObject([{ severity: 'warning', summary: 'check db fails' }])
})

test('getting worse and better changes the finding, not its id, and the score keeps its highest', () => {
  const found = watch([0.5, 0.5, 0, 0.5, 0.5, 1])
  expect(new Set(found.map((finding) => finding.id)).size).toBe(1)
  expect(found.map(({ state, severity, score }) => [state, severity, score])).toEqual([
    ['open', 'warning', 4],
    ['open', 'critical', 10],
    ['open', 'warning', 10],
    ['closed', 'warning', 10],
  ])
})

test('a check that is not critical and falls from failing to degraded says so once', () => {
  expect(watch([0, 0.5, 0.5, 0.5], status(false)).map((finding) => finding.summary)).toEqual([
    'check db fails',
    'check db is degraded',
  ])
})

test('each trouble has an id of its own, the same in a replay', () => {
  const ids = watch([0, 1, 0, 1]).map((finding) => finding.id)
  expect(new Set(ids).size).toBe(2)
  expect(watch([0, 1, 0, 1]).map((finding) => finding.id)).toEqual(ids)
})

test('at most one finding is open, whatever the values, and it is open exactly while the check does not pass', () => {
  const levels = fc.array(fc.constantFrom(0, 0.5, 1), { maxLength: 50 })
  fc.assert(
    fc.property(levels, fc.boolean(), (values, critical) => {
      const state = watcher.start()
      let open: string | undefined
      values.forEach((value, i) => {
        for (const finding of watcher.push(state, value, START + i * SECOND, status(critical))) {
          if (open) expect(finding.id).toBe(open)
          open = finding.state === 'open' ? finding.id : undefined
        }
        expect(open !== undefined).toBe(value < 1)
      })
    }),
  )
})

test('its memory survives JSON in the middle of trouble', () => {
  const state = watcher.start()
  const [opened] = watch([1, 0], status(), state)
  const restored = JSON.parse(JSON.stringify(state)) as UnhealthyState
  expect(restored).toEqual(state)
  expect(watcher.push(restored, 0, START + 3_600_000, status())).toEqual([])
  expect(watcher.push(restored, 1, START + 3_610_000, status())).toMatchObject([{ id: opened?.id, state: 'closed' }])
})

test('a check that was taken out while failing is let go after a quarter of an hour', () => {
  const state = watcher.start()
  watch([1, 0, 0], status(), state)
  const last = START + 25 * SECOND
  expect(silence(state, last, 14 * MINUTE)).toEqual([])
  expect(silence(state, last + 14 * MINUTE, 2 * MINUTE)).toMatchObject([
    { state: 'closed', summary: 'check db is heard no more' },
  ])
  expect(silence(state, last + 16 * MINUTE, 60 * MINUTE)).toEqual([])
})

test('an hourly check is given three hours', () => {
  const state = watcher.start()
  for (let hour = 0; hour < 3; hour++) {
    watcher.push(state, 0, START + hour * 60 * MINUTE, status())
    expect(silence(state, START + hour * 60 * MINUTE, 59 * MINUTE)).toEqual([])
  }
  const from = START + 179 * MINUTE
  expect(silence(state, from, 110 * MINUTE)).toEqual([])
  expect(silence(state, from + 110 * MINUTE, 20 * MINUTE)).toMatchObject([{ state: 'closed' }])
})

test('a wall clock that jumps by decades is no silence', () => {
  const state = watcher.start()
  watch([0, 0, 0], status(), state)
  const later = START + 20 * 365 * 24 * 60 * MINUTE
  expect(watcher.tick(state, later, status())).toEqual([])
  expect(watcher.push(state, 0, later + SECOND, status())).toEqual([])
})
