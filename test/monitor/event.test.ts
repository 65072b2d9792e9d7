import { expect, test } from 'vitest'
import { ATTRIBUTE, type Attributes, NONE, type Watcher } from '../../src/model/index.js'
import { rig } from '../../src/testing/index.js'
import { anomaly } from '../../src/watch/anomaly.js'
import { missing } from '../../src/watch/index.js'

/** Keeps what it hears. */
function listener(matches: (event: string) => boolean = () => true) {
  const heard: (readonly [string, Attributes])[] = []
  const watcher: Watcher<null> = {
    name: 'listener@1',
    matches: ({ attributes }) => matches(String(attributes[ATTRIBUTE.eventName])),
    start: () => null,
    push: () => {
      throw new Error('a number was given to a watcher of events')
    },
    hear(_, attributes, __, signal) {
      heard.push([String(signal.attributes[ATTRIBUTE.eventName]), attributes])
      return NONE
    },
    tick: () => NONE,
  }
  return { watcher, heard }
}

test('events reach the watchers of events that match them, with their attributes', async () => {
  const { watcher, heard } = listener((event) => event.startsWith('login'))
  const world = rig({ watch: [watcher] })
  await world.advance('1s')
  world.monitor.event('login.failed', { user: 'eve' })
  world.monitor.event('login.ok')
  world.monitor.event('logout', { user: 'eve' })
  expect(heard).toEqual([
    ['login.failed', { user: 'eve' }],
    ['login.ok', {}],
  ])
})

test('watchers of numbers get no events, and watchers of events no numbers', async () => {
  const { watcher, heard } = listener()
  const world = rig({ watch: [watcher, anomaly(), missing()] })
  await world.advance('1s')
  for (let i = 0; i < 100; i++) world.monitor.event('login')
  world.monitor.signal('queue.depth').record(3)
  await world.advance('10m')
  expect(heard).toHaveLength(100)
  expect(world.monitor.findings()).toEqual([])
  expect(world.faults).toEqual([])
})

test('whatever is given, nothing is thrown: what is odd is cut to size', async () => {
  const { watcher, heard } = listener()
  const world = rig({ watch: [watcher] })
  await world.advance('1s')
  const hostile = {
    get trap() {
      throw new Error('boo')
    },
    long: 'x'.repeat(1_000),
    none: undefined,
    many: { toString: () => 'text' },
  }
  for (const attributes of [hostile, null, 5, 'text', Object.create(null)])
    world.monitor.event('odd', attributes as unknown as Attributes)
  world.monitor.event({} as unknown as string)
  expect(heard).toHaveLength(6)
  expect(heard[0]?.[1]).toEqual({ long: 'x'.repeat(255), many: 'text' })
  expect(world.faults).toEqual([])
})

test('before the start, and past the limit of signals, events are counted and dropped', async () => {
  const { watcher, heard } = listener()
  const world = rig({ watch: [watcher], maxSignals: 3 })
  world.monitor.event('early')
  await world.advance('1s')
  for (let i = 0; i < 10; i++) world.monitor.event(`name-${i}`)
  const { dropped } = world.monitor.stats()
  expect(dropped['not running']).toBe(1)
  expect(dropped['too many signals']).toBe(10 - heard.length)
  expect(heard.length).toBeLessThanOrEqual(3)
})

test('a watcher that throws at events is a counted fault, and does not keep them from others', async () => {
  const { watcher, heard } = listener()
  const faulty: Watcher<null> = {
    ...listener().watcher,
    name: 'faulty@1',
    hear: () => {
      throw new Error('no')
    },
  }
  const world = rig({ watch: [faulty, watcher] })
  await world.advance('1s')
  world.monitor.event('login')
  expect(heard).toHaveLength(1)
  expect(world.faults.map(({ part }) => part)).toEqual(['faulty@1'])
})
