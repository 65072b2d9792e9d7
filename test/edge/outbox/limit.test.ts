import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FragileDisk } from '../fragile-disk.js'
import { OFFLINE, OutboxRig } from './outbox-rig.js'

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i)
const LIMIT = 2 ** 18

/** Bytes of all files, in blocks. */
function taken(rig: OutboxRig): number {
  const sizes = rig.files().map((name) => rig.disk.bytes(`${rig.settings.dir}/${name}`).length)
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0)
}

test('the limit holds at every moment; the oldest go first, every one is counted', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: LIMIT })
  rig.answer = OFFLINE
  const outlet = rig.outlet()
  for (const n of upTo(400)) {
    await rig.post(outlet, n, 2_000)
    expect(taken(rig)).toBeLessThanOrEqual(LIMIT)
    expect(outlet.status().bytes).toBeGreaterThanOrEqual(taken(rig))
  }
  const { dropped, waiting } = outlet.status()
  expect(dropped.limit).toBeGreaterThan(200)
  expect(waiting).toBe(400 - dropped.limit)
  rig.answer = () => ({ kind: 'delivered' })
  await rig.clock.advance('60s')
  expect([...rig.arrived].sort((a, b) => a - b)).toEqual(upTo(400, dropped.limit + 1))
  await outlet.close(1_000)
})

test('alerts outlive logs, and logs metrics: a flood of the lesser takes nothing of the greater, and what is greater takes its room', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: LIMIT })
  rig.answer = OFFLINE
  const [alerts, logs, metrics] = [rig.outlet('alerts', 0), rig.outlet('logs', 1), rig.outlet('metrics', 3)]
  for (const n of upTo(20)) await rig.post(alerts, n, 1_000)
  for (const n of upTo(50)) await rig.post(logs, 1_000 + n, 1_000)
  for (const n of upTo(1_000)) await rig.post(metrics, 10_000 + n, 1_000)
  expect(alerts.status().waiting).toBe(20)
  expect(logs.status().waiting).toBe(50)
  expect(metrics.status().dropped.limit).toBeGreaterThan(700)
  for (const n of upTo(400)) await rig.post(logs, 2_000 + n, 1_000)
  expect(metrics.status().waiting).toBe(0)
  expect(alerts.status().waiting).toBe(20)
  const left = logs.status().waiting
  for (const n of upTo(100)) await rig.post(metrics, 20_000 + n, 1_000)
  expect(logs.status().waiting).toBe(left)
  expect(metrics.status().waiting).toBeLessThan(20) // they have what the others leave
  expect(taken(rig)).toBeLessThanOrEqual(LIMIT)
  for (const outlet of [alerts, logs, metrics]) await outlet.close(1_000)
})

test('quarantined files count, and go first', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: LIMIT })
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(60)) await rig.post(before, n, 1_000)
  await before.close(1_000)
  for (const name of rig.files().filter((one) => one.endsWith('.seg'))) {
    const bytes = Buffer.from(rig.disk.bytes(`${rig.settings.dir}/${name}`))
    bytes[100] = (bytes[100] as number) ^ 1
    rig.disk.replace(`${rig.settings.dir}/${name}`, bytes)
  }
  rig.answer = () => ({ kind: 'delivered' })
  const outlet = rig.outlet()
  await rig.clock.advance('20s')
  expect(rig.files().filter((name) => name.endsWith('.bad')).length).toBeGreaterThan(3)
  expect(outlet.status().bytes).toBeGreaterThan(60_000)
  rig.answer = OFFLINE
  for (const n of upTo(150)) await rig.post(outlet, 1_000 + n, 1_000)
  expect(outlet.status().dropped.limit).toBe(0)
  expect(taken(rig)).toBeLessThanOrEqual(LIMIT)
  for (const n of upTo(200)) await rig.post(outlet, 2_000 + n, 1_000)
  expect(rig.files().filter((name) => name.endsWith('.bad'))).toEqual([])
  await outlet.close(1_000)
})

test('a batch that is larger than a quarter of the limit is refused and counted', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: LIMIT })
  const outlet = rig.outlet()
  expect(await rig.post(outlet, 1, LIMIT / 4 + 1)).toBe('dropped')
  expect(outlet.status()).toMatchObject({ dropped: { size: 1 }, waiting: 0 })
  expect(await rig.post(outlet, 2, LIMIT / 4)).not.toBe('dropped')
  await outlet.close(1_000)
})

test('what is accepted is delivered, rejected, dropped or waiting: the counts add up whatever happens', async () => {
  const step = fc.record({
    lane: fc.constantFrom('alerts', 'metrics'),
    bytes: fc.integer({ min: 16, max: 20_000 }),
    answer: fc.constantFrom('delivered', 'rejected', 'again', 'again'),
    wait: fc.constantFrom(0, 0, 500, 5_000),
    breaks: fc.constantFrom(false, false, false, true),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom('always', 'offline'), async (steps, write) => {
      const rig = new OutboxRig(new FragileDisk(), { maxBytes: LIMIT, maxMemory: 2 ** 16, write })
      const outlets = { alerts: rig.outlet('alerts', 0), metrics: rig.outlet('metrics', 3) }
      let n = 0
      for (const { lane, bytes, answer, wait, breaks } of steps) {
        rig.answer = () => ({ kind: answer, why: 'so' }) as ReturnType<typeof rig.answer>
        rig.disk.broken = breaks ? ['write', 'sync', 'open', 'unlink'] : []
        void rig.post(outlets[lane as 'alerts'], ++n, bytes)
        if (wait > 0) await rig.clock.advance(wait)
        expect(taken(rig)).toBeLessThanOrEqual(LIMIT)
      }
      await rig.clock.advance('10s')
      for (const outlet of Object.values(outlets)) {
        const { accepted, delivered, rejected, dropped, waiting } = outlet.status()
        const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0)
        expect(delivered + rejected + gone + waiting).toBe(accepted)
        await outlet.close(1_000)
      }
      expect(rig.disk.open).toBe(0)
    }),
    { numRuns: 150 },
  )
}, 120_000)
