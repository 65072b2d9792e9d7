import { describe, expect, test } from 'vitest'
import { FragileDisk } from '../fragile-disk.js'
import { OFFLINE, OutboxRig } from './outbox-rig.js'

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i)
const CHANGES = ['write', 'sync', 'mkdir', 'rename', 'unlink', 'open']

/** Ten records while there is no network, ten more, a restart, and the network is back. */
async function story(rig: OutboxRig): Promise<{ readonly arrived: readonly number[]; readonly dropped: number }> {
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(10)) await rig.post(before, n, 3_000)
  await rig.clock.advance('2s')
  for (const n of upTo(20, 11)) await rig.post(before, n, 3_000)
  await rig.clock.advance('5s')
  const { dropped } = before.status()
  expect(before.status().unwritable).toBeUndefined()
  await before.close(1_000)
  rig.answer = () => ({ kind: 'delivered' })
  const after = rig.outlet()
  await rig.clock.advance('30s')
  await after.close(1_000)
  return { arrived: rig.arrived, dropped: Object.values(dropped).reduce((sum, n) => sum + n, 0) }
}

describe.each(['EIO', 'ENOSPC'])('a disk that fails with %s', (code) => {
  test.each(['group', 'each', 'none'] as const)(
    'at any one step, sync %s: everything arrives, in order, within 5 s of the failure',
    async (sync) => {
      const whole = new OutboxRig(new FragileDisk(), { sync })
      expect((await story(whole)).arrived).toEqual(upTo(20))
      const steps = whole.disk.steps
      expect(steps).toBeGreaterThan(50)
      for (let step = 0; step < steps; step++) {
        const disk = new FragileDisk()
        disk.failAt = step
        disk.code = code
        const { arrived, dropped } = await story(new OutboxRig(disk, { sync }))
        expect(
          [...new Set(arrived)].sort((a, b) => a - b),
          `step ${step}`,
        ).toEqual(upTo(20))
        expect(dropped, `step ${step}`).toBe(0)
      }
    },
    120_000,
  )

  test('for hours: the newest stay in memory, within its bound; what is dropped is counted; 2 s after the end they are on disk', async () => {
    const rig = new OutboxRig(new FragileDisk(), { maxMemory: 2 ** 16 })
    rig.answer = OFFLINE
    rig.disk.code = code
    const outlet = rig.outlet()
    await rig.post(outlet, 1, 1_000)
    await rig.clock.advance('2s')
    rig.disk.broken = CHANGES
    for (const n of upTo(300, 2)) {
      expect(['memory', 'dropped']).toContain(await rig.post(outlet, n, 1_000))
      await rig.clock.advance('40s')
    }
    const { dropped, accepted, waiting, unwritable } = outlet.status()
    expect(unwritable).toContain(code)
    expect(dropped.memory).toBeGreaterThan(200)
    expect(waiting).toBe(accepted - dropped.memory)
    rig.disk.broken = []
    await rig.clock.advance('2s')
    expect(outlet.status().unwritable).toBeUndefined()
    await rig.clock.advance('2s')
    await outlet.close(1_000)

    rig.answer = () => ({ kind: 'delivered' })
    const after = rig.outlet()
    await rig.clock.advance('10s')
    const kept = 299 - dropped.memory
    expect(rig.arrived).toEqual([1, ...upTo(300, 301 - kept)])
    await after.close(1_000)
  })

  test('from the start: it starts, sends from memory, and takes the disk when it works', async () => {
    const rig = new OutboxRig(new FragileDisk())
    rig.disk.code = code
    rig.disk.broken = CHANGES
    const outlet = rig.outlet()
    for (const n of upTo(5)) await rig.post(outlet, n)
    await rig.clock.advance('3s')
    expect(rig.arrived).toEqual(upTo(5))
    rig.disk.broken = []
    rig.answer = OFFLINE
    for (const n of upTo(9, 6)) await rig.post(outlet, n)
    await rig.clock.advance('5s')
    expect(rig.files()).toContain('2-metrics-00000001.seg')
    await outlet.close(1_000)
  })
})

test('a segment that cannot be read for a while delays the backlog and loses nothing; for good, it goes into quarantine and the others arrive', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: 2 ** 18 })
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(40)) await rig.post(before, n, 1_000)
  await rig.clock.advance('2s')
  await before.close(1_000)
  expect(rig.files().filter((name) => name.endsWith('.seg')).length).toBeGreaterThan(2)

  rig.answer = () => ({ kind: 'delivered' })
  rig.disk.broken = ['read']
  const after = rig.outlet()
  await rig.clock.advance('2s')
  rig.disk.broken = []
  await rig.clock.advance('60s')
  expect(rig.arrived).toEqual(upTo(40))
  await after.close(1_000)
})

test('damage in the middle of a segment: the other frames arrive, the damage is counted, the segment goes into quarantine', async () => {
  const rig = new OutboxRig()
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(20)) await rig.post(before, n, 100)
  await rig.clock.advance('2s')
  await before.close(1_000)
  const path = `${rig.settings.dir}/2-metrics-00000001.seg`
  const bytes = Buffer.from(rig.disk.bytes(path))
  bytes.fill(0, 500, 600)
  rig.disk.replace(path, bytes)

  rig.answer = () => ({ kind: 'delivered' })
  const after = rig.outlet()
  await rig.clock.advance('5s')
  expect(rig.arrived).toEqual(upTo(20).filter((n) => ![4, 5].includes(n)))
  expect(after.status()).toMatchObject({ waiting: 0, damaged: 272 })
  expect(rig.files()).toEqual(['2-metrics-00000001.seg.bad', 'metrics.cursor'])
  await after.close(1_000)
})

test('a segment of a version that is not known goes into quarantine whole, and is not sent', async () => {
  const rig = new OutboxRig()
  rig.answer = OFFLINE
  const before = rig.outlet()
  await rig.post(before, 1)
  await before.close(1_000)
  const { segmentHeaderBytes } = await import('../../../src/edge/outbox/segment.js')
  const { checksum } = await import('../../../src/edge/outbox/checksum.js')
  const header = Buffer.from(segmentHeaderBytes({ boot: '0'.repeat(32), wall: 0, uptime: 0 }))
  header.writeUInt32LE(2, 4)
  header.writeUInt32LE(checksum(header.subarray(0, 44)), 44)
  const path = `${rig.settings.dir}/2-metrics-00000001.seg`
  rig.disk.replace(path, Buffer.concat([header, rig.disk.bytes(path).subarray(48)]))
  rig.answer = () => ({ kind: 'delivered' })
  const after = rig.outlet()
  await rig.clock.advance('5s')
  expect(rig.arrived).toEqual([])
  expect(rig.files()).toContain('2-metrics-00000001.seg.bad')
  await after.close(1_000)
})

test('a sender that rejects costs the host nothing: it is tried again', async () => {
  const rig = new OutboxRig()
  let tries = 0
  const outlet = rig.outlet('metrics', 2, {
    send: async () => {
      if (++tries === 1) throw new TypeError('no such thing')
      return { kind: 'delivered' }
    },
  })
  await rig.post(outlet, 1)
  await rig.clock.advance('5s')
  expect(outlet.status()).toMatchObject({ retries: 1, delivered: 1, waiting: 0 })
  await outlet.close(1_000)
})
