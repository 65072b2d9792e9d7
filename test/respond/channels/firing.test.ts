import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/edge/index.js'
import type { Context } from '../../../src/model/index.js'
import { Firing } from '../../../src/respond/channels/firing.js'
import { alertmanager } from '../../../src/respond/channels/index.js'
import { anAlert, TIME } from './alerts.js'

const MINUTE = 60_000
const iso = (time: number): string => new Date(time).toISOString()

describe('what Alertmanager is told', () => {
  test('an open incident: its labels, its summary, and an end in the future', () => {
    const firing = new Firing('am', { instance: 'pi-7' }, MINUTE)
    const [posted, ...more] = firing.take(anAlert(), TIME)
    expect(more).toEqual([])
    expect(posted).toEqual({
      labels: {
        alertname: 'db.pool.wait',
        service: 'checkout',
        severity: 'critical',
        incident: 'i-1',
        instance: 'pi-7',
      },
      annotations: { summary: 'critical in checkout: p95 of /pay is 2.1 s', description: 'p95 of /pay is 2.1 s' },
      startsAt: iso(TIME), // when it was told: a group that waits for others does so from then on
      endsAt: iso(TIME + 12 * 60 * MINUTE),
    })
  })

  test('where it is sent again it holds for four times as long as that takes', () => {
    const firing = new Firing('am', {}, MINUTE)
    firing.take(anAlert(), TIME)
    expect(firing.due(TIME + MINUTE).map(({ endsAt }) => endsAt)).toEqual([iso(TIME + 5 * MINUTE)])
    expect(firing.due(TIME + 90 * MINUTE).map(({ endsAt }) => endsAt)).toEqual([iso(TIME + 94 * MINUTE)])
  })

  test('what has ended is sent with its end for 15 min more, and then no longer', () => {
    const firing = new Firing('am', {}, MINUTE)
    firing.take(anAlert(), TIME)
    const closed = { state: 'closed', closedAt: TIME + 5 * MINUTE } as const
    const [posted] = firing.take(anAlert(closed, { reason: 'resolved' }), TIME + 6 * MINUTE)
    expect(posted?.endsAt).toBe(iso(TIME + 5 * MINUTE))
    expect(firing.due(TIME + 20 * MINUTE).map(({ endsAt }) => endsAt)).toEqual([iso(TIME + 5 * MINUTE)])
    expect(firing.due(TIME + 21 * MINUTE)).toEqual([])
  })

  test('an incident that becomes worse is another alert there: the first is told to be over', () => {
    const firing = new Firing('am', {}, MINUTE)
    firing.take(anAlert({ severity: 'warning' }), TIME)
    const posted = firing.take(anAlert({}, { reason: 'worsened' }), TIME + MINUTE)
    expect(posted.map(({ labels, endsAt }) => [labels.severity, endsAt])).toEqual([
      ['critical', iso(TIME + MINUTE + 12 * 60 * MINUTE)],
      ['warning', iso(TIME + MINUTE)],
    ])
  })

  test('what is open is known after a restart; a damaged memory is none', async () => {
    const context = { store: memoryStore() } as unknown as Context
    const before = new Firing('am 1:2/x', {}, MINUTE)
    before.take(anAlert(), TIME)
    await before.save(context)
    const after = new Firing('am 1:2/x', {}, MINUTE)
    await after.load(context)
    expect(after.due(TIME + MINUTE)).toHaveLength(1)
    const [key = ''] = await context.store.keys('')
    await context.store.set(key, new TextEncoder().encode('[["x",1],{'))
    const damaged = new Firing('am 1:2/x', {}, MINUTE)
    await damaged.load(context)
    expect(damaged.due(TIME)).toEqual([])
  })

  test('it is bounded', () => {
    const firing = new Firing('am', {}, MINUTE)
    for (let i = 0; i < 3_000; i++) firing.take(anAlert({ id: `i-${i}` }, { id: `i-${i}` }), TIME)
    expect(firing.due(TIME)).toHaveLength(1_000)
  })
})

test.each([
  ['ftp://x', {}, 'alertmanager.url must be an http or https address'],
  ['http://x', { resend: '1s' }, 'alertmanager.resend must be'],
  ['http://x', { labels: { 'a-b': 'c' } }, 'alertmanager.labels'],
  ['http://x', { labels: { a: '' } }, 'alertmanager.labels.a must be'],
  ['http://x', { colour: 1 }, 'alertmanager'],
])('%s with %j is refused', (url, options, message) => {
  expect(() => alertmanager(url, options as never)).toThrow(message)
})
