import { expect, test } from 'vitest'
import { ewma } from '../../src/detect/index.js'
import { memoryStore } from '../../src/edge/index.js'
import type { Signal, Source } from '../../src/model/index.js'
import { alert, remediate } from '../../src/respond/index.js'
import { recorder } from '../../src/testing/recorder.js'
import { rig } from '../../src/testing/rig.js'
import { simulate } from '../../src/testing/simulate.js'
import { add, at, constant, noise, pulse } from '../../src/testing/waves.js'
import { anomaly } from '../../src/watch/index.js'

const queueDepth: Signal = { name: 'queue.depth', unit: '{job}', attributes: {} }

test('a two-hour backlog opens one incident and closes it', async () => {
  const pager = recorder()
  const world = rig({
    observe: [simulate(queueDepth, add(constant(100), noise(5, 42), pulse(300, at(6), at(8))), '10s')],
    watch: [anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }) })],
    respond: [alert({ to: pager })],
  })
  await world.advance('12h')
  expect(pager.reasons).toEqual(['opened', 'resolved'])
  expect(world.monitor.incidents()).toHaveLength(1)
  expect(world.faults).toEqual([])
})

/** A queue that grows while it is broken and drains once it is mended. */
function queue() {
  const state = { broken: false, depth: 100 }
  const source: Source = {
    name: 'queue',
    async start(emit, { clock, abort }) {
      for (let i = 0; !abort.aborted; i++) {
        state.depth = state.broken ? state.depth + 50 : 100
        emit(queueDepth, state.depth + ((i * 7919) % 11))
        await clock.sleep(10_000, abort)
      }
    },
  }
  return { state, source }
}

test('a fault is found, repaired, verified by the signals, and people hear that it began and ended', async () => {
  const { state, source } = queue()
  const pager = recorder()
  const world = rig({
    observe: [source],
    watch: [anomaly()],
    respond: [
      alert({ to: pager }),
      remediate({
        mode: 'act',
        name: 'mend',
        when: { signal: 'queue.*' },
        steps: [() => (state.broken = false)],
        settle: '5m',
      }),
    ],
  })
  await world.advance('2h')
  state.broken = true
  await world.advance('30m')
  expect(world.monitor.actions().map(({ outcome }) => outcome)).toEqual(['helped', 'started'])
  expect(pager.reasons.at(0)).toBe('opened')
  expect(pager.reasons.at(-1)).toBe('resolved')
  expect(world.monitor.incidents()).toMatchObject([{ state: 'closed' }])
})

test('a repair that does not help is tried twice, taken back, and then a person is told that it did not', async () => {
  const { state, source } = queue()
  const pager = recorder()
  const undone: number[] = []
  const world = rig({
    observe: [source],
    watch: [anomaly({ critical: 1e9 })],
    respond: [
      alert({ to: pager }),
      remediate({
        mode: 'act',
        name: 'pray',
        when: { signal: 'queue.*' },
        steps: [{ name: 'pray', apply: () => undefined, undo: () => void undone.push(1) }],
        settle: '1m',
        cooldown: '2m',
      }),
    ],
  })
  await world.advance('2h')
  state.broken = true
  await world.advance('20m')
  expect(
    world.monitor
      .actions()
      .map(({ outcome }) => outcome)
      .reverse(),
  ).toEqual(['started', 'no effect', 'started', 'no effect', 'escalated'])
  expect(undone).toHaveLength(2)
  expect(pager.reasons).toEqual(['opened', 'worsened'])
  expect(pager.summaries[1]).toContain('pray was tried 2 times, and a person is needed: the signals did not recover')
})

test('a restart in mid-incident keeps what was learned, pages nobody twice, and resolves what it opened', async () => {
  const store = memoryStore()
  const pager = recorder()
  const { state, source } = queue()
  const build = (clock = undefined as ReturnType<typeof rig>['clock'] | undefined) =>
    rig({ observe: [source], watch: [anomaly()], respond: [alert({ to: pager })], store, ...(clock ? { clock } : {}) })
  const first = build()
  await first.advance('1d')
  state.broken = true
  await first.advance('10m')
  await first.stop()
  const [before] = first.monitor.incidents()
  expect(pager.reasons[0]).toBe('opened')
  const told = pager.reasons.length
  const second = build(first.clock)
  await second.advance('30s')
  expect(pager.reasons.length).toBe(told)
  state.broken = false
  await second.advance('10m')
  expect(pager.reasons.at(-1)).toBe('resolved')
  expect(pager.reasons.filter((reason) => reason === 'opened')).toHaveLength(1)
  expect(second.monitor.incidents()).toMatchObject([{ id: before?.id, state: 'closed' }])
  expect(second.faults).toEqual([])
})

test('parts come and go while it runs', async () => {
  const pager = recorder()
  const world = rig({})
  await world.advance('1m')
  const out = [
    world.monitor.use(simulate(queueDepth, add(constant(100), noise(5, 1), pulse(300, at(6), at(8))), '10s')),
    world.monitor.use(anomaly()),
    world.monitor.use(alert({ to: pager })),
  ]
  await world.advance('10h')
  expect(pager.reasons).toEqual(['opened', 'resolved'])
  for (const remove of out) remove()
  const { observations } = world.monitor.stats()
  await world.advance('10h')
  expect(world.monitor.stats().observations).toBe(observations)
  expect(world.clock.sleepers).toBeLessThan(5)
})

test('twice the same rig is twice the same story', async () => {
  const story = async () => {
    const world = rig({
      observe: [simulate(queueDepth, add(constant(100), noise(20, 7), pulse(300, at(6), at(8))), '10s')],
      watch: [anomaly({ threshold: 3, minDuration: 0 })],
    })
    await world.advance('1d')
    return world.monitor.findings()
  }
  const [first, second] = [await story(), await story()]
  expect(first.length).toBeGreaterThan(0)
  expect(second).toEqual(first)
})

test('a repair that gives up on an incident that is critical already is told all the same', async () => {
  const { state, source } = queue()
  const pager = recorder()
  const fix = remediate({
    mode: 'act',
    name: 'pray',
    when: { signal: 'queue.*' },
    steps: [() => undefined],
    settle: '1m',
    attempts: 1,
  })
  const world = rig({ observe: [source], watch: [anomaly({ critical: 5 })], respond: [alert({ to: pager }), fix] })
  await world.advance('2h')
  state.broken = true
  await world.advance('10m')
  expect(pager.reasons).toEqual(['opened', 'worsened'])
  expect(pager.summaries[1]).toMatch(/pray was tried once, and a person is needed: the signals did not recover/)
})
