import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Channel,
  type Correlator,
  type Detector,
  NONE,
  type Responder,
  type Source,
  type Store,
  type Watcher,
} from '../../src/model/index.js'
import { check } from '../../src/observe/index.js'
import { alert, remediate } from '../../src/respond/index.js'
import { rig } from '../../src/testing/rig.js'
import { anomaly } from '../../src/watch/index.js'

const handlers = [
  'uncaughtException',
  'unhandledRejection',
  'SIGTERM',
  'SIGINT',
  'exit',
  'beforeExit',
  'warning',
] as const
const rejections: unknown[] = []
const hear = (error: unknown): void => void rejections.push(error)
let before: number[] = []

beforeEach(() => {
  rejections.length = 0
  before = handlers.map((name) => process.listenerCount(name))
  process.on('unhandledRejection', hear)
})

afterEach(() => {
  process.off('unhandledRejection', hear)
  expect(rejections, 'no unhandled rejection').toEqual([])
  expect(
    handlers.map((name) => process.listenerCount(name)),
    'no global handler added',
  ).toEqual(before)
})

/** The ways in which user code goes wrong. */
const misdeeds: Record<string, () => never | Promise<never>> = {
  'throws an Error': () => {
    throw new Error('misdeed')
  },
  'throws a string': () => {
    throw 'misdeed'
  },
  'throws undefined': () => {
    throw undefined
  },
  'throws a proxy': () => {
    throw new Proxy(
      {},
      {
        get() {
          throw new Error('trap')
        },
        getPrototypeOf() {
          throw new Error('trap')
        },
      },
    )
  },
  rejects: () => Promise.reject(new Error('misdeed')),
  'rejects with undefined': () => Promise.reject(undefined),
  'never answers': () => new Promise(() => undefined),
}

const always: Detector<null> = { name: 'always@1', start: () => null, score: () => 9, learn() {} }
const steady = (every = 10_000): Source => ({
  name: 'steady',
  async start(emit, { clock, abort }) {
    const signal = { name: 'queue.depth', unit: '{job}', attributes: {} }
    for (; !abort.aborted; await clock.sleep(every, abort)) emit(signal, 1)
  },
})

for (const [how, misdeed] of Object.entries(misdeeds)) {
  test(`user code that ${how} at every hook leaves the host and the other parts alone`, async () => {
    const bad = misdeed as () => never
    const seen: number[] = []
    const good: Watcher<null> = {
      name: 'good@1',
      matches: () => true,
      start: () => null,
      tick: () => [],
      push: (_, value) => (seen.push(value) > 0 ? NONE : []),
    }
    const source: Source = { name: 'bad source', start: bad }
    const detector: Detector = { name: 'bad@1', start: () => 0, score: bad, learn: bad, expect: bad }
    const watcher: Watcher = { name: 'bad watcher@1', matches: bad, start: bad, push: bad, tick: bad }
    const responder: Responder = {
      name: 'bad responder@1',
      start: bad,
      push: bad,
      tick: bad,
      perform: bad,
      settled: bad,
      busy: bad,
    }
    const channel: Channel = { name: 'bad channel', send: bad }
    const correlator: Correlator = { name: 'bad correlator@1', start: bad, push: bad, tick: bad }
    const store: Store = { get: bad, set: bad, delete: bad, keys: bad }
    const world = rig({
      observe: [steady(), source, check('bad check', bad, { every: '10s', timeout: '1s' })],
      watch: [
        anomaly({ detector, name: 'bad anomaly' }),
        anomaly({ detector: always, name: 'good anomaly', minDuration: 0 }),
        watcher,
        good,
      ],
      respond: [
        responder,
        alert({ to: channel, wait: 0 }),
        remediate({
          mode: 'act',
          name: 'bad fix',
          when: { signal: '*' },
          steps: [bad],
          verify: bad,
          timeout: '5s',
          settle: '1m',
        }),
      ],
      correlate: correlator,
      store,
      onFault: bad,
    })
    for (const event of ['finding', 'incident', 'alert', 'action', 'health', 'fault'] as const)
      world.monitor.on(event, bad)
    await world.advance('10m')
    world.monitor.signal('x').record(5)
    await world.stop()
    expect(seen.length).toBeGreaterThan(55)
    expect(world.monitor.findings().some((finding) => finding.watcher === 'good anomaly')).toBe(true)
    if (how !== 'never answers') expect(world.monitor.stats().faults).toBeGreaterThan(10)
  })

  test(`channels and remediations that ${how} are retried, escalated and counted, while incidents go on`, async () => {
    const bad = misdeed as () => never
    const world = rig({
      observe: [steady()],
      watch: [anomaly({ detector: always, minDuration: 0 })],
      respond: [
        alert({ to: { name: 'bad channel', send: bad }, wait: 0 }),
        remediate({
          mode: 'act',
          name: 'bad fix',
          when: { signal: '*' },
          steps: [bad],
          timeout: '5s',
          settle: '1m',
          cooldown: '1m',
          attempts: 2,
        }),
      ],
    })
    await world.advance('30m')
    expect(world.monitor.actions().map(({ outcome }) => outcome)).toEqual([
      'escalated',
      'failed',
      'started',
      'failed',
      'started',
    ])
    expect(world.monitor.incidents()).toMatchObject([{ state: 'open', severity: 'critical' }])
    expect(world.faults.some(({ part }) => part.includes('bad channel'))).toBe(true)
    await world.stop()
  })
}

test('a thousand checks that hang cost one timer each and end as failed, and stopping ends them', async () => {
  const checks = Array.from({ length: 1_000 }, (_, i) =>
    check(`hung ${i}`, () => new Promise(() => undefined), { every: '10s', timeout: '5s' }),
  )
  const world = rig({ observe: checks })
  await world.advance('5m')
  expect(world.clock.sleepers).toBeLessThan(2_100)
  expect(world.monitor.health().checks.filter(({ status }) => status === 'fail')).toHaveLength(1_000)
  await world.stop()
  expect(world.clock.sleepers).toBeLessThan(10)
})

test('nothing learned from clock jumps both ways is a finding', async () => {
  const world = rig({ observe: [steady()], watch: [anomaly()] })
  await world.advance('1d')
  for (const jump of [36e5, -36e5, 864e5, -864e5, 40 * 365 * 864e5, -50 * 365 * 864e5, 50 * 365 * 864e5]) {
    world.clock.jump(jump)
    await world.advance('3h')
  }
  expect(world.monitor.findings()).toEqual([])
  expect(world.faults).toEqual([])
})
