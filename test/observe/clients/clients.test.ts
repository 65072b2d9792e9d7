import { channel } from 'node:diagnostics_channel'
import { describe, expect, test } from 'vitest'
import type { Source } from '../../../src/model/index.js'
import { type FetchesOptions, fetches, type PoolReading, pool, queue } from '../../../src/observe/clients/index.js'
import { rig } from '../../../src/testing/index.js'
import { anomaly } from '../../../src/watch/index.js'

/** The last value of each signal of a source, by name and attributes. */
function told(source: Source) {
  const values = new Map<string, number>()
  const world = rig({
    observe: [source],
    watch: [
      {
        name: 'ear@1',
        matches: ({ name }) => /^(?:db|http|pi_uptime\.(?:pool|queue|http))\./.test(name),
        start: () => null,
        push: (_, value, __, { name, attributes }) => {
          values.set([name, ...Object.values(attributes)].join(' '), value)
          return []
        },
        tick: () => [],
      },
    ],
  })
  return { world, values: () => Object.fromEntries(values) }
}

const POOL = {
  'db.client.connection.count orders used': 3,
  'db.client.connection.count orders idle': 1,
  'db.client.connection.pending_requests orders': 2,
  'db.client.connection.max orders': 10,
  'pi_uptime.pool.utilization orders': 0.3,
}

describe('pool()', () => {
  test.each<[string, Parameters<typeof pool>[1]]>([
    ['a pool of pg', { totalCount: 4, idleCount: 1, waitingCount: 2, options: { max: 10 } }],
    ['a pool of generic-pool', { borrowed: 3, available: 1, pending: 2, max: 10 }],
    ['a function', () => ({ used: 3, idle: 1, pending: 2, max: 10 })],
    ['a function that promises', async () => ({ used: 3, idle: 1, pending: 2, max: 10 })],
  ])('reads %s', async (_, of) => {
    const { world, values } = told(pool('orders', of))
    await world.advance('1s')
    expect(values()).toEqual(POOL)
  })

  test('what is not known is not told', async () => {
    const { world, values } = told(pool('orders', () => ({ used: 3, pending: Number.NaN })))
    await world.advance('1s')
    expect(values()).toEqual({ 'db.client.connection.count orders used': 3 })
    expect(world.faults).toEqual([])
  })

  test('one that fails, hangs or is no reading is a fault, and the next comes in its time', async () => {
    const answers: (() => PoolReading | Promise<PoolReading>)[] = [
      () => {
        throw new Error('closed')
      },
      () => Promise.reject(new Error('closed')),
      () => null as never,
      () => new Promise(() => undefined),
    ]
    let asked = 0
    const { world } = told(pool('orders', () => (answers[asked++] ?? (() => ({})))()))
    await world.advance('51s')
    expect(asked).toBe(4)
    expect(world.faults.reduce((sum, { count }) => Math.max(sum, count), 0)).toBeGreaterThanOrEqual(3)
  })

  test.each<[string, () => unknown]>([
    ['pool.of', () => pool('x', {} as never)],
    ['pool.of', () => pool('x', null as never)],
    ['pool.name', () => pool('', () => ({}))],
    ['pool.every', () => pool('x', () => ({}), { every: 5 })],
    ['queue.read', () => queue('x', 5 as never)],
    ['queue.each', () => queue('x', () => ({}), { each: 5 } as never)],
    ['fetches.maxServers', () => fetches({ maxServers: 0 })],
  ])('%s: what is out of range is refused', (field, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })
})

describe('queue()', () => {
  test('tells how many jobs are in each state, of the first twenty', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`s${i}`, i]))
    const { world, values } = told(queue('mail', () => ({ waiting: 12, ...many })))
    await world.advance('1s')
    expect(values()['pi_uptime.queue.size mail waiting']).toBe(12)
    expect(Object.keys(values())).toHaveLength(20)
  })

  test('one that fills up is found by anomaly() with no options', async () => {
    let waiting = 5
    const world = rig({
      observe: [queue('mail', () => ({ waiting: waiting + Math.round(3 * Math.sin(world.clock.now() / 7_000)) }))],
      watch: [anomaly()],
    })
    const found: string[] = []
    world.monitor.on('finding', ({ state, summary }) => state === 'open' && found.push(summary))
    await world.advance('12h')
    expect(found).toEqual([])
    waiting = 400
    await world.advance('5m')
    expect(found).toHaveLength(1)
    expect(found[0]).toContain('pi_uptime.queue.size')
  })
})

describe('fetches()', () => {
  const say = (what: string, message: unknown): void => channel(`undici:request:${what}`).publish(message)

  async function listening(options: FetchesOptions = {}) {
    const ear = told(fetches(options))
    await ear.world.advance('1s')
    return ear
  }

  test('tells rate, failures and duration of each server', async () => {
    const { world, values } = await listening()
    for (const [statusCode, ms] of [
      [200, 100],
      [404, 100],
      [503, 400],
      [0, 200],
    ] as const) {
      const request = { origin: 'https://pay.example' }
      say('create', { request })
      await world.advance(ms)
      if (statusCode > 0) {
        say('headers', { request, response: { statusCode } })
        say('trailers', { request })
      } else say('error', { request, error: new Error('reset') })
    }
    await world.advance('10s')
    const found = values()
    expect(found['http.client.request.duration.rate pay.example 443']).toBeCloseTo(0.4, 6)
    expect(found['pi_uptime.http.client.failures pay.example 443']).toBe(0.5)
    expect(found['http.client.request.duration.mean pay.example 443']).toBeCloseTo(0.2, 6)
    expect(found['http.client.request.duration.p99 pay.example 443']).toBeCloseTo(0.4, 1)
    await world.advance('10s')
    expect(values()['http.client.request.duration.rate pay.example 443']).toBe(0)
    await world.stop()
  })

  test('servers are bounded, nonsense is a fault, and after the end nobody listens', async () => {
    const { world, values } = await listening({ maxServers: 3 })
    for (let i = 0; i < 50; i++) {
      const request = { origin: `http://host${i}:81` }
      say('create', { request })
      say('trailers', { request })
    }
    say('create', { request: { origin: 'no address' } })
    say('create', null)
    await world.advance('10s')
    expect(Object.keys(values()).filter((name) => name.includes('rate'))).toHaveLength(3)
    expect(world.faults.length).toBeGreaterThan(0)
    expect(channel('undici:request:create').hasSubscribers).toBe(true)
    await world.stop()
    expect(channel('undici:request:create').hasSubscribers).toBe(false)
  })
})
