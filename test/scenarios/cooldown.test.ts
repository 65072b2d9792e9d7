import { expect, test } from 'vitest'
import { correlate } from '../../src/incident/index.js'
import type { Detector, Signal, Source } from '../../src/model/index.js'
import { alert, remediate } from '../../src/respond/index.js'
import { recorder } from '../../src/testing/recorder.js'
import { rig } from '../../src/testing/rig.js'
import { anomaly } from '../../src/watch/index.js'

const depth: Signal = { name: 'queue.depth', unit: '{job}', attributes: {} }
/** The value is the score; what is expected is 0. */
const plain: Detector<null> = {
  name: 'plain@1',
  start: () => null,
  score: (_, value) => Math.abs(value),
  learn() {},
  expect: () => ({ value: 0, low: -3, high: 3 }),
}

/** A signal that is what it is set to, every 10 s. */
function settable() {
  const now = { value: 0 }
  const source: Source = {
    name: 'settable',
    async start(emit, { clock, abort }) {
      for (; !abort.aborted; await clock.sleep(10_000, abort)) emit(depth, now.value)
    },
  }
  return { now, source }
}

test('flapping is one finding; what has been told as over is told as another incident, never as the closed one', async () => {
  const { now, source } = settable()
  const pager = recorder()
  const world = rig({
    observe: [source],
    watch: [anomaly({ detector: plain, threshold: 5, critical: 20 })],
    respond: [alert({ to: pager })],
  })
  await world.advance('10m')
  for (let i = 0; i < 3; i++) {
    now.value = 8
    await world.advance('3m')
    now.value = 0
    await world.advance('4m')
  }
  expect(world.monitor.findings()).toHaveLength(1)
  expect(world.monitor.stats()).toMatchObject({ findings: 1, incidents: 3 })
  expect(new Set(world.monitor.incidents().map(({ id }) => id)).size).toBe(3)
  expect(world.monitor.incidents().every(({ state }) => state === 'closed')).toBe(true)
  expect(pager.reasons).toEqual(['opened', 'resolved', 'opened', 'resolved', 'opened', 'resolved'])
  expect(pager.summaries[2]).toContain('queue.depth is 8 job again')
  const [{ openedAt = 0, findings: [finding] = [] } = {}] = world.monitor.incidents()
  expect(openedAt).toBeGreaterThan(finding?.since ?? openedAt)
  expect(world.faults).toEqual([])
})

test('with an incident that waits as long as the cooldown, flapping is one incident and people are told twice', async () => {
  const { now, source } = settable()
  const pager = recorder()
  const world = rig({
    observe: [source],
    watch: [anomaly({ detector: plain, threshold: 5, critical: 20 })],
    correlate: correlate({ quiet: '5m' }),
    respond: [alert({ to: pager })],
  })
  await world.advance('10m')
  for (let i = 0; i < 3; i++) {
    now.value = 8
    await world.advance('3m')
    now.value = 0
    await world.advance('4m')
    expect(world.monitor.findings()).toMatchObject([{ state: 'closed' }])
  }
  await world.advance('10m')
  expect(world.monitor.incidents()).toMatchObject([{ state: 'closed', findingCount: 1 }])
  expect(pager.reasons).toEqual(['opened', 'resolved'])
})

test('a repair that helped is done again when the same finding opens again', async () => {
  const { now, source } = settable()
  let runs = 0
  const mend = (): void => {
    runs++
    now.value = 0
  }
  const world = rig({
    observe: [source],
    watch: [anomaly({ detector: plain, threshold: 5, critical: 20, closeAfter: '20s' })],
    respond: [
      remediate({
        mode: 'act',
        name: 'mend',
        when: { signal: 'queue.*' },
        steps: [mend],
        settle: '5m',
        cooldown: '1m',
      }),
    ],
  })
  await world.advance('10m')
  for (let i = 0; i < 2; i++) {
    now.value = 8
    await world.advance('4m')
  }
  const outcomes = world.monitor.actions().map(({ outcome }) => outcome)
  expect(outcomes.reverse()).toEqual(['started', 'helped', 'started', 'helped'])
  expect(runs).toBe(2)
  expect(world.monitor.findings()).toHaveLength(1)
  expect(world.monitor.incidents().every(({ state }) => state === 'closed')).toBe(true)
  expect(world.faults).toEqual([])
})

test('in one incident the attempts hold: a repair that helps only for a while calls a person', async () => {
  const { now, source } = settable()
  const world = rig({
    observe: [source],
    watch: [anomaly({ detector: plain, threshold: 5, critical: 20, closeAfter: '20s' })],
    correlate: correlate({ quiet: '5m' }),
    respond: [
      remediate({
        mode: 'act',
        name: 'mend',
        when: { signal: 'queue.*' },
        steps: [() => void Object.assign(now, { value: 0 })],
        settle: '5m',
        cooldown: '1m',
        attempts: 2,
      }),
    ],
  })
  await world.advance('10m')
  for (let i = 0; i < 3; i++) {
    now.value = 8
    await world.advance('4m')
  }
  expect(world.monitor.actions()[0]).toMatchObject({ outcome: 'escalated', attempt: 2 })
  expect(world.monitor.incidents()).toMatchObject([{ state: 'open', severity: 'critical' }])
})
