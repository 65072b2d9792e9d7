import { expect, test } from 'vitest'
import { OFFLINE, OutboxRig } from './outbox-rig.js'

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i)

test('what is posted is accepted, sent once and in order, and leaves no segment behind when the next one begins', async () => {
  const rig = new OutboxRig()
  const outlet = rig.outlet()
  for (const n of upTo(5)) expect(['written', 'sent']).toContain(await rig.post(outlet, n))
  await rig.clock.advance('5s')
  expect(rig.arrived).toEqual([1, 2, 3, 4, 5])
  expect(outlet.status()).toMatchObject({ accepted: 5, delivered: 5, waiting: 0, down: false })
  await outlet.close(1_000)
})

test('offline it keeps everything over a restart, and sends it once when the receiver is back: what is new before what is old', async () => {
  const rig = new OutboxRig()
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(200)) await rig.post(before, n)
  await rig.clock.advance('5s')
  await before.close(1_000)
  expect(rig.arrived).toEqual([])

  rig.answer = () => ({ kind: 'delivered' })
  const after = new OutboxRig(rig.disk, rig.settings)
  after.answer = rig.answer
  const outlet = after.outlet('metrics', 2, { rate: 10 })
  await rig.clock.advance('3s')
  for (const n of upTo(205, 201)) await after.post(outlet, n)
  await rig.clock.advance('30s')
  expect(after.arrived.indexOf(205)).toBeLessThan(60)
  expect(after.arrived.filter((n) => n <= 200)).toEqual(upTo(200))
  expect(outlet.status()).toMatchObject({ waiting: 0, delivered: 205 })
  await outlet.close(1_000)
})
