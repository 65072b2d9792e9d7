import { expect, test } from 'vitest'
import { memoryStore } from '../../../src/edge/index.js'
import type { Clock, Store } from '../../../src/model/index.js'
import { Snapshots, type SnapshotsOptions } from '../../../src/monitor/snapshot/snapshot.js'
import type { SnapshotRecord } from '../../../src/monitor/snapshot/snapshot-format.js'
import { type VirtualClock, virtualClock } from '../../../src/testing/virtual-clock.js'

const DAY = 864e5

/** One life of a process over a store that outlives it. */
function life(
  store: Store,
  options: Partial<SnapshotsOptions> = {},
): { snapshots: Snapshots; faults: string[]; clock: VirtualClock } {
  const clock = virtualClock()
  const faults: string[] = []
  const fault = (error: Error): void => void faults.push(error.message)
  return { snapshots: new Snapshots({ service: 'shop', store, clock, fault, ...options }), faults, clock }
}

function memory(part: string, key: string, state: unknown): SnapshotRecord {
  return { part, key, state }
}

/** A store that does what `verbs` say, and else what a memory store does. */
function storeWith(verbs: Partial<Store>): Store {
  const store = memoryStore()
  return {
    get: (key) => store.get(key),
    set: (key, bytes) => store.set(key, bytes),
    delete: (key) => store.delete(key),
    keys: (prefix) => store.keys(prefix),
    ...verbs,
  }
}

const never = (): Promise<never> => new Promise(() => {})
const ANOMALY = new Set(['anomaly@1'])

test('memories come back after a restart, each once', async () => {
  const store = memoryStore()
  const first = life(store)
  expect(await first.snapshots.restore(ANOMALY)).toEqual({ records: 0, foreign: 0, reason: 'nothing there' })
  expect(
    await first.snapshots.save([memory('anomaly@1', 'a', { mean: 1 }), memory('anomaly@1', 'b', { mean: 2 })]),
  ).toBe('saved')
  const second = life(store)
  expect(await second.snapshots.restore(ANOMALY)).toEqual({ records: 2, foreign: 0, time: first.clock.now() })
  expect(second.snapshots.adopt('anomaly@1', 'a')).toEqual({ mean: 1 })
  expect(second.snapshots.adopt('anomaly@1', 'a')).toBeUndefined()
  expect(second.snapshots.adopt('anomaly@2', 'b')).toBeUndefined()
  expect(second.snapshots.counts).toMatchObject({ restored: 2, adopted: 1, foreign: 0, failed: 0 })
  expect([...first.faults, ...second.faults]).toEqual([])
})

test('a signal that comes late finds its memory, several restarts later too', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([memory('anomaly@1', 'weekly', { mean: 7 })])
  for (let restart = 0; restart < 5; restart++) {
    const { snapshots, clock } = life(store)
    await snapshots.restore(ANOMALY)
    await clock.advance('1d')
    await snapshots.save([memory('anomaly@1', 'busy', { restart })])
  }
  const last = life(store)
  await last.snapshots.restore(ANOMALY)
  expect(last.snapshots.adopt('anomaly@1', 'weekly')).toEqual({ mean: 7 })
  expect(last.snapshots.adopt('anomaly@1', 'busy')).toEqual({ restart: 4 })
})

test('a memory that nobody asks for is given up after seven days of running, however long the board was off', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([memory('anomaly@1', 'gone', 1)])
  for (let day = 1; day <= 8; day++) {
    const { snapshots, clock } = life(store)
    clock.jump(day % 2 === 0 ? 400 * DAY : -50 * 365 * DAY) // off for a year, then a clock that starts in 1974
    expect((await snapshots.restore(ANOMALY)).records, `day ${day}`).toBe(1)
    await clock.advance('1d')
    await snapshots.save([])
    expect(snapshots.expired, `day ${day}`).toBe(day < 8 ? 0 : 1)
  }
  expect((await life(store).snapshots.restore(ANOMALY)).records).toBe(0)
})

test('of memories that were already waiting, the latest 100,000 are kept', async () => {
  const store = memoryStore()
  const old = Array.from({ length: 100_010 }, (_, i) => ({ part: 'anomaly@1', key: `${i}`, state: i, waited: 1 }))
  await life(store).snapshots.save([...old, memory('anomaly@1', 'fresh', 0)])
  const { snapshots } = life(store)
  expect((await snapshots.restore(ANOMALY)).records).toBe(100_001)
  expect(snapshots.expired).toBe(10)
  expect(snapshots.adopt('anomaly@1', '9')).toBeUndefined()
  expect(snapshots.adopt('anomaly@1', '10')).toBe(10)
  expect(snapshots.adopt('anomaly@1', 'fresh')).toBe(0)
})

test('the memory of another version is foreign: counted, and there again after a roll-back', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([memory('anomaly@1', 'a', 'old shape')])
  const upgraded = life(store)
  expect(await upgraded.snapshots.restore(new Set(['anomaly@2']))).toMatchObject({ records: 1, foreign: 1 })
  expect(upgraded.snapshots.adopt('anomaly@2', 'a')).toBeUndefined()
  await upgraded.snapshots.save([memory('anomaly@2', 'a', 'new shape')])
  const rolledBack = life(store)
  expect(await rolledBack.snapshots.restore(ANOMALY)).toMatchObject({ records: 2, foreign: 1 })
  expect(rolledBack.snapshots.adopt('anomaly@1', 'a')).toBe('old shape')
})

test('part and key do not run into each other', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([
    memory('a', 'bc', 1),
    memory('ab', 'c', 2),
    memory('abc', '', 3),
    memory('1:a', '', 4),
  ])
  const { snapshots } = life(store)
  await snapshots.restore(new Set())
  expect(snapshots.adopt('abc', '')).toBe(3)
  expect(snapshots.adopt('ab', 'c')).toBe(2)
  expect(snapshots.adopt('a', 'bc')).toBe(1)
  expect(snapshots.adopt('1:a', '')).toBe(4)
})

test('a memory that is adopted while a snapshot is being written is in it, at whatever moment', async () => {
  const store = memoryStore()
  await life(store).snapshots.save(Array.from({ length: 100 }, (_, i) => memory('anomaly@1', `${i}`, i)))
  const live = new Map([['early', 0]])
  let elapsed = 0
  let appear = (): void => {}
  /** Rests after each record, and at each third rest a signal appears. */
  const clock: Clock = {
    now: () => 0,
    elapsed: () => elapsed++,
    sleep: (ms) => (ms === 0 ? Promise.resolve(appear()) : never()),
  }
  const { snapshots } = life(store, { clock })
  await snapshots.restore(ANOMALY)
  let next = 0
  appear = () => {
    const key = `${(37 * next++) % 100}`
    if (next % 3 !== 0) return
    const adopted = snapshots.adopt('anomaly@1', key)
    if (adopted !== undefined) live.set(key, -(adopted as number))
  }
  function* records(): Generator<SnapshotRecord> {
    for (const [key, state] of live) yield memory('anomaly@1', key, state)
  }
  await snapshots.save(records())
  const later = life(store)
  expect((await later.snapshots.restore(ANOMALY)).records).toBe(101)
  for (let i = 1; i < 100; i++) expect([i, -i]).toContain(later.snapshots.adopt('anomaly@1', `${i}`))
})

test('a damaged snapshot is set aside and counted, the last three are kept, and the parts start afresh', async () => {
  const store = memoryStore()
  for (let time = 1; time <= 5; time++) {
    await store.set('snapshot', Buffer.from(`damage ${time}`))
    const { snapshots, faults } = life(store)
    expect(await snapshots.restore(ANOMALY)).toEqual({ records: 0, foreign: 0, reason: 'foreign' })
    expect(snapshots.adopt('anomaly@1', 'a')).toBeUndefined()
    expect(snapshots.counts.setAside).toBe(1)
    expect(faults).toEqual([expect.stringContaining(`set aside as 'snapshot.aside-${time}'`)])
  }
  expect(await store.keys('')).toEqual(['snapshot.aside-3', 'snapshot.aside-4', 'snapshot.aside-5'])
  expect(Buffer.from((await store.get('snapshot.aside-5')) as Uint8Array).toString()).toBe('damage 5')
})

test('what was set aside is numbered by value, and a stranger among the keys does not disturb', async () => {
  const store = memoryStore()
  for (const name of ['9', '10', 'notes', '']) await store.set(`snapshot.aside-${name}`, Buffer.from(name))
  await store.set('snapshot', Buffer.from('damage'))
  await life(store).snapshots.restore(ANOMALY)
  expect(await store.keys('')).toEqual([
    'snapshot.aside-',
    'snapshot.aside-10',
    'snapshot.aside-11',
    'snapshot.aside-9',
    'snapshot.aside-notes',
  ])
})

test("another service's snapshot is set aside, not loaded", async () => {
  const store = memoryStore()
  await life(store, { service: 'billing' }).snapshots.save([memory('anomaly@1', 'a', 1)])
  const { snapshots, faults } = life(store)
  expect((await snapshots.restore(ANOMALY)).reason).toBe('foreign')
  expect(snapshots.waiting).toBe(0)
  expect(faults[0]).toContain('"billing"')
})

test('a store that throws, rejects or gives nonsense is a counted fault, and the start goes on', async () => {
  const stores: Partial<Store>[] = [
    {
      get: () => {
        throw new Error('broken pipe')
      },
    },
    { get: () => Promise.reject(new Error('broken pipe')) },
    { get: () => Promise.reject(undefined) },
    { get: () => Promise.resolve('text' as never) },
    { get: () => 5 as never },
    { get: undefined as never },
  ]
  for (const verbs of stores) {
    const { snapshots, faults } = life(storeWith(verbs))
    expect(await snapshots.restore(ANOMALY)).toEqual({ records: 0, foreign: 0, reason: 'no answer' })
    expect(snapshots.counts.failed).toBe(1)
    expect(faults).toEqual([expect.stringContaining('begins afresh')])
    expect(await snapshots.save([memory('anomaly@1', 'a', 1)])).toBe('saved')
  }
})

test('a store that hangs at the start is waited for ten seconds and no longer', async () => {
  const { snapshots, faults, clock } = life(storeWith({ get: never }))
  const restored = snapshots.restore(ANOMALY)
  await clock.advance(9_999)
  expect(faults).toEqual([])
  await clock.advance(1)
  expect(await restored).toMatchObject({ reason: 'no answer' })
  expect(faults).toEqual([expect.stringContaining('no answer within 10000 ms')])
  expect(clock.sleepers).toBe(0)
})

test('a damaged snapshot in a store that cannot take it aside does not stop the start', async () => {
  const damaged = Promise.resolve(Buffer.from('damage'))
  const rejecting = life(storeWith({ get: () => damaged, set: () => Promise.reject(new Error('disk full')) }))
  expect((await rejecting.snapshots.restore(ANOMALY)).reason).toBe('foreign')
  expect(rejecting.faults).toEqual([expect.stringContaining('could not be set aside')])
  const hanging = life(storeWith({ get: () => damaged, keys: never }))
  const restored = hanging.snapshots.restore(ANOMALY)
  await hanging.clock.advance('10s')
  expect((await restored).reason).toBe('foreign')
})

test('a save that the store rejects is a counted fault, and the next one is tried', async () => {
  let full = true
  const memories = memoryStore()
  const { snapshots, faults } = life(
    storeWith({
      set: (key, bytes) => (full ? Promise.reject(new Error('disk full')) : memories.set(key, bytes)),
    }),
  )
  expect(await snapshots.save([memory('a@1', '', 1)])).toBe('failed')
  expect(faults).toEqual(['the snapshot could not be written: disk full'])
  full = false
  expect(await snapshots.save([memory('a@1', '', 1)])).toBe('saved')
  expect(snapshots.counts).toMatchObject({ failed: 1, saved: 1 })
})

test('while the store hangs in a write no second one is started; when it answers, saving goes on', async () => {
  let writes = 0
  let answer = (): void => {}
  const { snapshots, faults, clock } = life(
    storeWith({
      set: () => {
        writes++
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    }),
  )
  const first = snapshots.save([memory('a@1', '', 1)])
  await clock.advance(0)
  expect(await snapshots.save([memory('a@1', '', 2)])).toBe('busy')
  await clock.advance('60s')
  expect(await first).toBe('failed')
  expect(faults).toEqual([expect.stringContaining('no answer within 60000 ms')])
  for (let i = 0; i < 100; i++) expect(await snapshots.save([memory('a@1', '', 3)])).toBe('busy')
  expect(writes).toBe(1)
  expect(snapshots.counts.busy).toBe(101)
  answer()
  await clock.advance(0)
  const second = snapshots.save([memory('a@1', '', 4)])
  await clock.advance(0)
  answer()
  expect(await second).toBe('saved')
  expect(writes).toBe(2)
})

test('a last save can wait for the one under way', async () => {
  const store = memoryStore()
  const { snapshots } = life(store)
  const periodic = snapshots.save([memory('a@1', '', 'periodic')])
  await snapshots.idle()
  expect(await snapshots.save([memory('a@1', '', 'last')])).toBe('saved')
  expect(await periodic).toBe('saved')
  const next = life(store)
  await next.snapshots.restore(new Set(['a@1']))
  expect(next.snapshots.adopt('a@1', '')).toBe('last')
})

test('nothing is saved over a snapshot that is still being read', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([memory('a@1', '', 'precious')])
  let give = (_bytes: Uint8Array): void => {}
  const slow = storeWith({
    ...store,
    get: () =>
      new Promise((resolve) => {
        give = resolve
      }),
    set: (key, bytes) => store.set(key, bytes),
  })
  const { snapshots, clock } = life(slow)
  const restored = snapshots.restore(new Set(['a@1']))
  await clock.advance('1s')
  expect(await snapshots.save([])).toBe('busy')
  give((await store.get('snapshot')) as Uint8Array)
  expect((await restored).records).toBe(1)
})

test('a part whose memory is not plain data is named, once a save, and the others are saved', async () => {
  const store = memoryStore()
  const { snapshots, faults } = life(store)
  const records = [memory('bad@1', 'a', new Set()), memory('bad@1', 'b', () => 1), memory('good@1', '', 1)]
  expect(await snapshots.save(records)).toBe('saved')
  expect(faults).toEqual([
    'bad@1: 2 memories not saved: it holds an instance of a class (Set), which is not plain data',
  ])
  expect(snapshots.counts.refused).toBe(2)
})

test('records that throw, and a listener for faults that throws, are no more than a failed save', async () => {
  function* records(): Generator<SnapshotRecord> {
    yield memory('a@1', '', 1)
    throw new Error('table on fire')
  }
  const { snapshots, faults } = life(memoryStore())
  expect(await snapshots.save(records())).toBe('failed')
  expect(faults).toEqual(['the snapshot could not be written: table on fire'])
  const deaf = life(memoryStore(), {
    fault: () => {
      throw new Error('no')
    },
  })
  expect(await deaf.snapshots.save(records())).toBe('failed')
  expect(await deaf.snapshots.save([memory('a@1', '', 1)])).toBe('saved')
})

test('the time in a snapshot is the latest that a part has seen, not the one at which the saving began', async () => {
  const store = memoryStore()
  let time = 100
  const { snapshots } = life(store, { time: () => time })
  function* records(): Generator<SnapshotRecord> {
    yield memory('a@1', '', 1)
    time = 250
  }
  await snapshots.save(records())
  expect((await life(store).snapshots.restore(new Set())).time).toBe(250)
})

test('a state of null is a memory, and is handed over', async () => {
  const store = memoryStore()
  await life(store).snapshots.save([memory('a@1', '', null)])
  const { snapshots } = life(store)
  await snapshots.restore(new Set(['a@1']))
  expect(snapshots.adopt('a@1', '')).toBeNull()
})

test('memory from far ahead of the clock is set aside, but a board that boots in 1970 keeps its own', async () => {
  const at = (start: number) => {
    const store = memoryStore()
    return { store, before: life(store, { clock: virtualClock({ start }) }) }
  }
  const NOW = Date.UTC(2026, 10, 23)
  const wrong = at(Date.UTC(2040, 0, 1))
  await wrong.before.snapshots.save([memory('anomaly@1', 'a', { mean: 1 })])
  const corrected = life(wrong.store, { clock: virtualClock({ start: NOW }) })
  expect(await corrected.snapshots.restore(ANOMALY)).toEqual({ records: 0, foreign: 0, reason: 'ahead' })
  expect(await wrong.store.keys('snapshot')).toEqual(['snapshot.aside-1'])
  const right = at(NOW)
  await right.before.snapshots.save([memory('anomaly@1', 'a', { mean: 1 })])
  const boot = life(right.store, { clock: virtualClock({ start: 0 }) })
  expect(await boot.snapshots.restore(ANOMALY)).toEqual({ records: 1, foreign: 0, time: NOW })
})
