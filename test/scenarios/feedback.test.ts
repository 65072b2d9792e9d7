import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import type { Channel, Context, Detector, Feedback, Rating, Signal } from '../../src/model/index.js'
import { alert } from '../../src/respond/index.js'
import { type RigOptions, rig } from '../../src/testing/rig.js'
import { anomaly } from '../../src/watch/index.js'

/** The value is the score. */
const plain: Detector<null> = { name: 'plain@1', start: () => null, score: (_, value) => Math.abs(value), learn() {} }
const options = {
  watch: [anomaly({ detector: plain, threshold: 5, minDuration: 0, closeAfter: 0, cooldown: 0 })],
}

/** A monitor with one signal that is recorded by hand, once a minute. */
function world(more: RigOptions = {}) {
  const it = rig({ ...options, ...more })
  const heard: Feedback[] = []
  it.monitor.on('feedback', (feedback) => heard.push(feedback))
  return {
    ...it,
    heard,
    async record(name: string, ...values: number[]) {
      for (const value of values) {
        it.monitor.signal(name).record(value)
        await it.advance('1m')
      }
    },
    open: () => it.monitor.findings().filter(({ state }) => state === 'open').length,
  }
}

test('a finding that was rated as noise comes no more for the same, and other signals are as they were', async () => {
  const { monitor, record, heard, open, faults, advance } = world()
  await advance(0)
  await record('a', 6)
  const [finding] = monitor.findings()
  expect(monitor.feedback(finding?.id ?? '', 'noise')).toBe(true)
  expect(heard).toMatchObject([{ id: finding?.id, rating: 'noise', findings: [{ id: finding?.id }] }])
  await record('a', 0, 6, 0)
  expect(open()).toBe(0)
  await record('b', 6)
  expect(open()).toBe(1)
  expect(faults).toEqual([])
})

test('a closed finding can be rated as well', async () => {
  const { monitor, record, open, advance } = world()
  await advance(0)
  await record('a', 6, 0)
  expect(monitor.feedback(monitor.findings()[0]?.id ?? '', 'useful')).toBe(true)
  await record('a', 4.6)
  expect(open()).toBe(1)
})

test('saying the same twice counts once, and another word counts', async () => {
  const { monitor, record, heard, open, advance } = world()
  await advance(0)
  await record('a', 6, 0)
  const { id = '' } = monitor.findings()[0] ?? {}
  for (let i = 0; i < 1_000; i++) expect(monitor.feedback(id, 'noise')).toBe(true)
  expect(heard).toHaveLength(1)
  await record('a', 6.3, 0)
  expect(monitor.findings()).toHaveLength(2)
  monitor.feedback(id, 'useful')
  expect(heard).toHaveLength(2)
  await record('a', 5.7)
  expect(open()).toBe(1)
})

test('what is not known is answered with false, and what is no rating is a fault, never an exception', async () => {
  const { monitor, record, faults, heard, advance } = world()
  expect(monitor.feedback('f-nobody', 'noise')).toBe(false)
  await advance(0)
  await record('a', 6)
  for (const rating of ['bad', '', undefined, null, {}, Symbol('s')])
    expect(monitor.feedback(monitor.findings()[0]?.id ?? '', rating as Rating)).toBe(false)
  for (const id of [undefined, null, 7, {}]) expect(monitor.feedback(id as never, 'noise')).toBe(false)
  expect(faults).toHaveLength(6)
  expect(faults[0]?.part).toBe('feedback')
  expect(heard).toEqual([])
})

test('findings of health checks can be rated: it is told, and changes nothing', async () => {
  const { monitor, heard, advance } = world()
  await advance(0)
  const status: Signal = {
    name: 'pi_uptime.check.status',
    unit: '1',
    attributes: { 'pi_uptime.check.name': 'db', 'pi_uptime.check.critical': true },
  }
  monitor.signal(status.name, status).record(0)
  await advance('1s')
  expect(monitor.feedback(monitor.findings()[0]?.id ?? '', 'noise')).toBe(true)
  expect(heard).toHaveLength(1)
  monitor.signal(status.name, status).record(1)
  monitor.signal(status.name, status).record(0)
  await advance('1s')
  expect(monitor.findings()[0]?.state).toBe('open')
})

test('a button under an alert rates all findings of its incident, also after the channel has answered', async () => {
  let context: Context | undefined
  let incident = ''
  const chat: Channel = {
    name: 'chat',
    async send({ id }, lent) {
      context = lent
      incident = id
    },
  }
  const { monitor, record, heard, open, advance } = world({ respond: [alert({ to: chat, wait: '2m' })] })
  await advance(0)
  await record('a', 6)
  await record('b', 6)
  await advance('10m')
  expect(monitor.incidents()).toMatchObject([{ id: incident, findingCount: 2 }])
  expect(context?.feedback(incident, 'noise')).toBe(true)
  expect(heard).toMatchObject([{ id: incident, rating: 'noise', findings: [{}, {}] }])
  await record('a', 0, 6)
  await record('b', 0, 6)
  expect(open()).toBe(0)
  expect(context?.feedback('i-nobody', 'noise')).toBe(false)
})

test('what people said survives a restart through a store', async () => {
  const store = memoryStore()
  const first = world({ store })
  await first.advance(0)
  await first.record('a', 6, 0)
  first.monitor.feedback(first.monitor.findings()[0]?.id ?? '', 'noise')
  await first.stop()
  const second = world({ store, clock: first.clock })
  await second.advance('1h')
  await second.record('a', 6, 6.2)
  expect(second.open()).toBe(0)
  await second.record('a', 6.5)
  expect(second.open()).toBe(1)
  expect(second.faults).toEqual([])
})

test('a watcher of your own that throws at feedback is a fault, and the others hear it all the same', async () => {
  const broken = {
    ...anomaly({ name: 'broken', signal: 'x' }),
    name: 'broken@1',
    matches: () => true,
    start: () => null,
    push: () => [],
    tick: () => [],
    feedback: () => {
      throw new Error('no')
    },
  }
  const { monitor, record, faults, open, advance } = world({ watch: [broken as never, ...options.watch] })
  await advance(0)
  await record('a', 6)
  expect(monitor.feedback(monitor.findings()[0]?.id ?? '', 'noise')).toBe(true)
  expect(faults).toMatchObject([{ part: 'broken@1' }])
  await record('a', 0, 6)
  expect(open()).toBe(0)
})
