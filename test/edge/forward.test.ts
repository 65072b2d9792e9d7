import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planOf } from '../../src/edge/forward/plan.js'
import { forward } from '../../src/edge/index.js'
import type { Alert, AlertReason, Channel, Context } from '../../src/model/index.js'
import { DeliveryError } from '../../src/respond/channels/index.js'
import { type VirtualClock, virtualClock } from '../../src/testing/index.js'

const MINUTE = 60_000

function alertOf(id: string, reason: AlertReason, time = 0): Alert {
  const incident = {
    id,
    title: `${id} is broken`,
    state: 'open',
    severity: 'warning',
    openedAt: 0,
    updatedAt: 0,
  } as const
  return {
    ...{ id, reason, service: 'shop', time, summary: `warning in shop: ${id} is broken` },
    incident: { ...incident, findings: [], findingCount: 0, suspects: [] },
  }
}

const waiting = (id: string, reason: AlertReason, minutes: number) => ({
  alert: alertOf(id, reason),
  age: minutes * MINUTE,
})

describe('what is told of alerts that have waited', () => {
  test('fresh ones are told as they are, all of them', () => {
    const plan = planOf([waiting('a', 'opened', 0.5), waiting('a', 'resolved', 0.2), waiting('b', 'opened', 0)])
    expect(plan.map(({ id, reason }) => `${id} ${reason}`)).toEqual(['a opened', 'a resolved', 'b opened'])
    expect(plan[0]?.summary).toBe('warning in shop: a is broken')
  })

  test('of each incident the last word alone, with its age', () => {
    const plan = planOf([
      waiting('a', 'opened', 300),
      waiting('b', 'opened', 200),
      waiting('a', 'worsened', 125),
      waiting('a', 'reminder', 61),
    ])
    expect(plan.map(({ summary }) => summary)).toEqual([
      '3 h 20 min late: warning in shop: b is broken',
      '1 h 1 min late: warning in shop: a is broken',
    ])
  })

  test('what opened and was over before anybody could be told comes as one summary, first', () => {
    const plan = planOf([
      ...[waiting('a', 'opened', 300), waiting('a', 'resolved', 290), waiting('b', 'opened', 200)],
      ...[waiting('c', 'opened', 100), waiting('c', 'worsened', 99), waiting('c', 'resolved', 90)],
    ])
    expect(plan.map(({ summary }) => summary)).toEqual([
      '2 incidents opened and resolved while nobody could be told: a is broken (opened 5 h ago, over 4 h 50 min ago); c is broken (opened 1 h 40 min ago, over 1 h 30 min ago)',
      '3 h 20 min late: warning in shop: b is broken',
    ])
    expect(new Set(plan.map(({ id }) => id)).size).toBe(2)
  })

  test('over a boot an age is a lower bound, and says so', () => {
    const before = [waiting('a', 'opened', 300), waiting('a', 'resolved', 290), waiting('b', 'opened', 200)]
    const plan = planOf(before.map((one) => ({ ...one, isOlder: true })))
    expect(plan.map(({ summary }) => summary)).toEqual([
      'one incident opened and resolved while nobody could be told: a is broken (opened at least 5 h ago, over at least 4 h 50 min ago)',
      'at least 3 h 20 min late: warning in shop: b is broken',
    ])
  })

  test('the end of an incident whose opening was told is told, not summed up: a pager waits for it', () => {
    const plan = planOf([waiting('a', 'resolved', 120)])
    expect(plan).toMatchObject([{ id: 'a', reason: 'resolved', summary: '2 h late: warning in shop: a is broken' }])
  })
})

describe('forward()', () => {
  let dir: string
  let boxes = 0
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'forward-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  const contextOf = (clock: VirtualClock): Context =>
    ({ service: 'shop', clock, abort: new AbortController().signal }) as unknown as Context

  /** Real files take real turns of the event loop: time goes on until something holds. */
  async function until(clock: VirtualClock, holds: () => boolean): Promise<void> {
    for (let i = 0; i < 20_000 && !holds(); i++) {
      if (i % 20 === 0) await clock.advance(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(holds()).toBe(true)
  }

  test('offline it is accepted at once and kept over a restart; the next process tells it, once', async () => {
    const box = join(dir, `box-${boxes++}`)
    const clock = virtualClock()
    const told: string[] = []
    let online = false
    const channel: Channel = {
      name: 'ops',
      async send({ id, summary }) {
        if (!online) throw new DeliveryError('no connection', true)
        told.push(`${id}: ${summary}`)
      },
    }
    const first = forward(channel, { dir: box, clock })
    expect(first.name).toBe('ops')
    await first.send(alertOf('a', 'opened'), contextOf(clock))
    await first.send(alertOf('b', 'opened'), contextOf(clock))
    await until(clock, () => first.status().retries > 1)
    expect(first.status()).toMatchObject({ name: 'alerts', waiting: 2, delivered: 0, down: true })
    const closing = first.close()
    await clock.advance('6s')
    await closing
    expect(told).toEqual([])

    online = true
    const second = forward(channel, { dir: box, clock })
    const stop = new AbortController()
    const emitted: string[] = []
    const life = second.start((signal) => emitted.push(signal.name), { ...contextOf(clock), abort: stop.signal })
    await until(clock, () => second.status().waiting === 0 && told.length === 2)
    expect(told).toEqual(['a: warning in shop: a is broken', 'b: warning in shop: b is broken'])
    expect(emitted).toContain('pi_uptime.outbox.waiting')
    stop.abort()
    await life
    const end = second.close()
    await clock.advance('6s')
    await end
  })

  test('a try that fails in the middle tells none twice; what the channel refuses for good is given up and counted', async () => {
    const clock = virtualClock()
    const told: string[] = []
    let tries = 0
    const channel: Channel = {
      name: 'ops',
      async send({ id }) {
        if (id === 'bad') throw new DeliveryError('the receiver answered 400', false, 400)
        if (id === 'c' && tries++ < 3) throw new DeliveryError('the receiver answered 503', true, 503)
        told.push(id)
      },
    }
    const ops = forward(channel, { dir: join(dir, `box-${boxes++}`), clock })
    for (const id of ['a', 'bad', 'b', 'c', 'd']) void ops.send(alertOf(id, 'opened'), contextOf(clock))
    await until(clock, () => ops.status().waiting === 0)
    expect(told).toEqual(['a', 'b', 'c', 'd'])
    expect(ops.status()).toMatchObject({ delivered: 4, rejected: 1 })
    const closing = ops.close()
    await clock.advance('6s')
    await closing
  })

  test.each([
    [{}, 'forward.dir must be'],
    [{ dir: '/tmp/x', name: 'Ops!' }, 'forward.name must be 1 to 40 of a-z, 0-9 and _, got "Ops!"'],
    [{ dir: '/tmp/x', maxBytes: 5 }, 'forward.maxBytes must be'],
    [{ dir: '/tmp/x', sync: 'never' }, 'forward.sync must be'],
    [{ dir: '/tmp/x', timeout: '1h' }, 'forward.timeout must be'],
    [{ dir: '/tmp/x', colour: 1 }, 'forward'],
  ])('says what is wrong with %j', (options, message) => {
    expect(() => forward({ name: 'x', send: async () => {} }, options as never)).toThrow(message)
  })
})
