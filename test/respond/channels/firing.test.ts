import { expect, test } from 'vitest'
import { Firing } from '../../../src/respond/channels/firing.js'
import { aContext, anAlert, TIME } from './alerts.js'

const encoded = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

test('what was told is told again after a restart', async () => {
  const context = aContext()
  const before = new Firing('am', { site: 'hall-3' }, 60_000)
  const [posted] = before.take(anAlert(), TIME)
  await before.save(context)
  const after = new Firing('am', { site: 'hall-3' }, 60_000)
  await after.load(context)
  expect(after.due(TIME + 1_000)).toMatchObject([{ labels: posted?.labels, startsAt: posted?.startsAt }])
})

test('of what another hand has written into the store, only what has the form of it is told', async () => {
  const context = aContext()
  const good = { labels: { alertname: 'a' }, annotations: {}, startedAt: TIME }
  const hostile = [
    ['good', good],
    [5, good],
    ['labels', { ...good, labels: 'all' }],
    ['a label', { ...good, labels: { alertname: { $gt: '' } } }],
    ['annotations', { ...good, annotations: null }],
    ['start', { ...good, startedAt: 'now' }],
    ['end', { ...good, endedAt: 'never' }],
    ['null', null],
  ]
  for (const content of [hostile, { a: 1 }, 'text', null]) await context.store.set('alertmanager-am', encoded(content))
  const nothing = new Firing('am', {}, 60_000)
  await nothing.load(context)
  expect(nothing.due(TIME)).toEqual([])
  await context.store.set('alertmanager-am', encoded(hostile))
  const some = new Firing('am', {}, 60_000)
  await some.load(context)
  expect(some.due(TIME).map(({ labels }) => labels)).toEqual([{ alertname: 'a' }])
})
