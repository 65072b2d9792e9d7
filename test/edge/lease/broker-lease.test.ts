import { describe, expect, test } from 'vitest'
import { localQuota, natsLease, redisLease, type SomeKv } from '../../../src/edge/index.js'
import type { Hold, Lease } from '../../../src/model/index.js'
import { virtualClock } from '../../../src/testing/index.js'

const NEVER = new AbortController().signal

/** A bucket in memory, as a server keeps it: revisions that only rise, values that expire. */
function bucket(clock = virtualClock(), ttl = 30_000) {
  const entries = new Map<string, { revision: number; until: number }>()
  let revision = 0
  const world = { clock, away: false, hangs: false, entries }
  const answer = async <T>(value: () => T): Promise<T> => {
    if (world.hangs) await new Promise(() => {})
    if (world.away) throw new Error('no responders')
    return value()
  }
  const live = (key: string) => {
    const entry = entries.get(key)
    return entry && entry.until > clock.elapsed() ? entry : undefined
  }
  const put = (key: string): number => {
    entries.set(key, { revision: ++revision, until: clock.elapsed() + ttl })
    return revision
  }
  const wrong = (): never => {
    throw Object.assign(new Error('wrong last sequence: 5'), { api_error: { err_code: 10071 } })
  }
  const kv: SomeKv = {
    create: (key) => answer(() => (live(key) ? wrong() : put(key))),
    update: (key, _, version) => answer(() => (live(key)?.revision === version ? put(key) : wrong())),
    delete: (key, options) => answer(() => void (live(key)?.revision === options?.previousSeq && entries.delete(key))),
    status: () => answer(() => ({ ttl })),
  }
  return { ...world, world, kv }
}

describe('a hold', () => {
  test('is renewed for as long as its holder lives', async () => {
    const { kv, clock } = bucket()
    const lease = natsLease(kv, { name: 'r', clock })
    const hold = (await lease.acquire('a', NEVER)) as Hold
    await clock.advance('1h')
    expect(hold.valid?.()).toBe(true)
    expect(await lease.acquire('b', NEVER)).toBeUndefined()
    await hold.release()
    expect(hold.valid?.()).toBe(false)
    expect(await lease.acquire('b', NEVER)).toBeDefined()
  })

  test('ends here before it ends at the broker, when the broker is away', async () => {
    const { kv, clock, world, entries } = bucket()
    const hold = (await natsLease(kv, { name: 'r', clock }).acquire('a', NEVER)) as Hold
    await clock.advance('21s') // renewed at 10 s and 20 s
    world.away = true
    const until = entries.get('r.0')?.until as number
    while (hold.valid?.()) await clock.advance('500ms')
    expect(until - clock.elapsed()).toBeGreaterThan(5_000)
    expect(until - clock.elapsed()).toBeLessThanOrEqual(6_500)
    world.away = false
    await clock.advance('10s')
    expect(hold.valid?.(), 'what was given up is not taken up again').toBe(false)
  })

  test('ends when the process was paused for longer than it lasts', async () => {
    const { kv, clock } = bucket()
    let paused = 0
    const own = { now: () => clock.now(), elapsed: () => clock.elapsed() + paused, sleep: clock.sleep.bind(clock) }
    const hold = (await natsLease(kv, { name: 'r', clock: own }).acquire('a', NEVER)) as Hold
    paused = 25_000
    expect(hold.valid?.()).toBe(false)
  })

  test('ends when another one has the slot', async () => {
    const { kv, clock, entries } = bucket()
    const hold = (await natsLease(kv, { name: 'r', clock }).acquire('a', NEVER)) as Hold
    entries.set('r.0', { revision: 99, until: 1e9 })
    await clock.advance('11s')
    expect(hold.valid?.()).toBe(false)
    expect(entries.get('r.0')?.revision, 'and leaves it alone').toBe(99)
  })
})

test('a broker that hangs is as good as none: the call is refused in time, and ends when it is given up', async () => {
  const { kv, clock, world } = bucket()
  const lease = natsLease(kv, { name: 'r', clock, timeout: '2s' })
  world.hangs = true
  const asked = expect(lease.acquire('a', NEVER)).rejects.toThrow('the broker does not answer')
  await clock.advance('2s')
  await asked
  const stop = new AbortController()
  const given = expect(lease.acquire('a', stop.signal)).rejects.toThrow('given up')
  stop.abort()
  await given
})

test('a bucket whose values last for another time is refused: it would let go too soon, or too late', async () => {
  const { kv, clock } = bucket(virtualClock(), 60_000)
  await expect(natsLease(kv, { name: 'r', clock }).acquire('a', NEVER)).rejects.toThrow(
    "the bucket's values last 60000 ms",
  )
})

test('a local quota grants so often within its time, and only where the broker cannot be asked', async () => {
  const { kv, clock, world } = bucket()
  const lease = localQuota(natsLease(kv, { name: 'r', clock }), { count: 2, per: '1h', clock })
  const first = await lease.acquire('a', NEVER)
  expect(first?.token).toBe(1)
  expect(await lease.acquire('b', NEVER), 'a slot that is taken stays taken').toBeUndefined()
  world.away = true
  for (const _ of [1, 2]) expect(await lease.acquire('a', NEVER)).toEqual({ release: expect.any(Function) })
  await expect(lease.acquire('a', NEVER)).rejects.toThrow('no responders')
  await clock.advance('1h')
  expect(await lease.acquire('a', NEVER)).toBeDefined()
  const ended = AbortSignal.abort()
  await expect(lease.acquire('a', ended)).rejects.toThrow()
})

test.each<[() => Lease, string]>([
  [() => natsLease({} as never, { name: 'r' }), 'natsLease.kv must be a key-value bucket of nats'],
  [() => redisLease({} as never, { name: 'r' }), 'redisLease.client must be a client of redis or ioredis'],
  [() => redisLease({ call: async () => 1 }, { name: 'a b' }), 'redisLease.name must be 1 to 100 letters'],
  [() => redisLease({ call: async () => 1 }, { name: 'r', slots: 0 }), 'redisLease.slots must be'],
  [() => redisLease({ call: async () => 1 }, { name: 'r', ttl: '1s' }), 'redisLease.ttl must be'],
  [() => localQuota({ name: 'x', acquire: async () => undefined }, { per: '1s' }), 'localQuota.per must be'],
])('nonsense is refused (%#)', (make, message) => {
  expect(make).toThrow(message)
})
