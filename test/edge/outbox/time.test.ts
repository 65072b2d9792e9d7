import { describe, expect, test } from 'vitest'
import { bootOf } from '../../../src/edge/outbox/boot.js'
import type { Clock } from '../../../src/model/index.js'
import { FragileDisk } from '../fragile-disk.js'
import { OFFLINE, OutboxRig } from './outbox-rig.js'

const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i)
const HOUR = 3_600_000

/** The same time, with a wall clock that is set somewhere else. */
function skewed(clock: Clock, skew: () => number): Clock {
  return {
    now: () => clock.now() + skew(),
    elapsed: () => clock.elapsed(),
    sleep: (ms, abort) => clock.sleep(ms, abort),
  }
}

describe.each([
  ['an hour back', () => -HOUR],
  ['an hour ahead', () => HOUR],
  ['a day ahead', () => 24 * HOUR],
  ['1970', (now: number) => -now],
])('the wall clock jumps: %s', (_, jump) => {
  test('nothing expires, nothing changes places, ages are as before', async () => {
    const rig = new OutboxRig()
    let skew = 0
    const clock = skewed(rig.clock, () => skew)
    const jumping = new OutboxRig(new FragileDisk(), { clock })
    jumping.answer = OFFLINE
    const outlet = jumping.outlet('metrics', 2, { maxAge: 2 * HOUR })
    for (const n of upTo(50)) await jumping.post(outlet, n)
    await rig.clock.advance('30m')
    skew = jump(rig.clock.now())
    for (const n of upTo(100, 51)) await jumping.post(outlet, n)
    await rig.clock.advance('30m')
    jumping.answer = () => ({ kind: 'delivered' })
    await rig.clock.advance('1m')
    expect([...jumping.arrived].sort((a, b) => a - b)).toEqual(upTo(100))
    expect(jumping.arrived.filter((n) => n <= 36)).toEqual(upTo(36)) // the backlog: what was no longer in memory
    expect(Math.max(...jumping.ages)).toBeLessThan(62 * 60_000)
    expect(Math.min(...jumping.ages)).toBeGreaterThan(29 * 60_000)
    expect(outlet.status().dropped.age).toBe(0)
    await outlet.close(1_000)
  })

  test('at a boot: what is left of the boot before is sent, in order, and is at least as old as the boots lasted', async () => {
    const first = new OutboxRig()
    first.answer = OFFLINE
    const before = first.outlet()
    for (const n of upTo(20)) {
      await first.post(before, n)
      await first.clock.advance('1m')
    }
    await before.close(1_000)

    const rig = new OutboxRig()
    const clock = skewed(rig.clock, () => jump(rig.clock.now()))
    const after = new OutboxRig(first.disk, { dir: first.settings.dir, clock, boot: bootOf(clock, 'ff'.repeat(16)) })
    const outlet = after.outlet('metrics', 2, { maxAge: HOUR })
    await rig.clock.advance('10s')
    expect(after.arrived).toEqual(upTo(20))
    const [oldest = 0] = after.ages
    expect(oldest).toBeGreaterThanOrEqual(19 * 60_000)
    expect(oldest).toBeLessThan(20 * 60_000)
    await outlet.close(1_000)
  })
})

test('what is older than its age is dropped, and counted', async () => {
  const rig = new OutboxRig()
  rig.answer = OFFLINE
  const outlet = rig.outlet('metrics', 2, { maxAge: HOUR })
  for (const n of upTo(10)) await rig.post(outlet, n)
  await rig.clock.advance('2h')
  for (const n of upTo(15, 11)) await rig.post(outlet, n)
  rig.answer = () => ({ kind: 'delivered' })
  await rig.clock.advance('1m')
  expect(rig.arrived).toEqual(upTo(15, 11))
  expect(outlet.status()).toMatchObject({ dropped: { age: 10 }, waiting: 0 })
  await outlet.close(1_000)
})

test('a day offline at ten points a second, then back: none lost, drained within 5 min at the rate, what is new is not late by 5 s', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: 2 ** 26 })
  rig.answer = OFFLINE
  const outlet = rig.outlet('metrics', 2, { rate: 5_000 })
  const post = (n: number): Promise<unknown> =>
    outlet.post({ payload: Buffer.from(String(n).padStart(1_800, '.')), compressed: false, records: 100 })
  let n = 0
  for (; n < 8_640; ) {
    await post(++n)
    await rig.clock.advance('10s')
  }
  expect(outlet.status()).toMatchObject({ waiting: 864_000, dropped: { limit: 0, memory: 0 } })
  const backlog = n
  rig.answer = () => ({ kind: 'delivered' })
  await rig.clock.advance('30s') // the longest wait between two tries
  const late: number[] = []
  for (let i = 0; i < 30; i++) {
    await post(++n)
    await rig.clock.advance('10s')
    late.push((rig.ages[rig.arrived.indexOf(n)] as number) / 1_000)
  }
  expect(Math.max(...late)).toBeLessThan(5)
  expect(new Set(rig.arrived).size).toBe(n)
  expect(rig.arrived.length).toBe(n)
  expect(outlet.status().waiting).toBe(0)
  expect(rig.arrived.filter((one) => one <= backlog - 64)).toEqual(upTo(backlog - 64))
  await outlet.close(1_000)
}, 120_000)

test('closing takes no longer than it may, whatever the receiver and the disk do', async () => {
  const rig = new OutboxRig()
  rig.answer = () => new Promise(() => {})
  const outlet = rig.outlet()
  await rig.post(outlet, 1)
  let closed = false
  void outlet.close(3_000).then(() => {
    closed = true
  })
  await rig.clock.advance('3s')
  expect(closed).toBe(true)
})

test('waits between tries grow to 30 s, half of each by chance; a receiver that names a time is asked then, after 5 min at the latest', async () => {
  const rig = new OutboxRig()
  const at: number[] = []
  rig.answer = () => {
    at.push(rig.clock.elapsed())
    return at.length === 12
      ? { kind: 'again', why: 'x', after: 7_000 }
      : at.length === 13
        ? { kind: 'again', why: 'x', after: 1e9 }
        : { kind: 'again', why: 'x' }
  }
  const outlet = rig.outlet()
  await rig.post(outlet, 1)
  await rig.clock.advance('20m')
  const waits = at.slice(1).map((time, i) => time - (at[i] as number))
  waits.slice(0, 11).forEach((wait, i) => {
    const full = Math.min(1_000 * 2 ** i, 30_000)
    expect(wait).toBeGreaterThanOrEqual(full / 2)
    expect(wait).toBeLessThanOrEqual(full)
  })
  expect(waits[11]).toBe(7_000)
  expect(waits[12]).toBe(300_000)
  await outlet.close(1_000)
})

test('a directory that belongs to a running process is not touched: it starts, sends from memory, and takes it over later', async () => {
  let free = false
  const rig = new OutboxRig(new FragileDisk(), { claim: async () => (free ? { release: async () => {} } : undefined) })
  const outlet = rig.outlet()
  for (const n of upTo(3)) await rig.post(outlet, n)
  await rig.clock.advance('5s')
  expect(rig.arrived).toEqual(upTo(3))
  expect(outlet.status().unwritable).toBe('the outbox belongs to another process, which is running')
  expect(rig.files().filter((name) => name.endsWith('.seg'))).toEqual([])
  free = true
  rig.answer = OFFLINE
  await rig.post(outlet, 4)
  await rig.clock.advance('5s')
  expect(outlet.status().unwritable).toBeUndefined()
  expect(rig.files()).toContain('2-metrics-00000001.seg')
  await outlet.close(1_000)
})

test('while all is well nothing is written, where that is asked for; what cannot be sent is', async () => {
  const rig = new OutboxRig(new FragileDisk(), { write: 'offline' })
  const outlet = rig.outlet()
  await rig.clock.advance('1s')
  const before = rig.disk.steps
  for (const n of upTo(100)) expect(await rig.post(outlet, n)).toBe('sent')
  expect(rig.disk.steps).toBe(before)
  expect(rig.files()).toEqual(['metrics.cursor'])
  rig.answer = OFFLINE
  const last = rig.post(outlet, 101)
  await rig.clock.advance('10s')
  expect(await last).toBe('written')
  expect(await rig.post(outlet, 102)).toBe('written')
  await outlet.close(1_000)
  rig.answer = () => ({ kind: 'delivered' })
  const after = rig.outlet()
  await rig.clock.advance('10s')
  expect(rig.arrived).toEqual(upTo(102))
  await after.close(1_000)
})

test('what was being sent when its exporter ended is sent by the next one in the same process', async () => {
  const rig = new OutboxRig()
  rig.answer = OFFLINE
  const before = rig.outlet()
  for (const n of upTo(5)) await rig.post(before, n)
  await before.close(1_000)
  const other = rig.outlet('logs', 1) // keeps the outbox open meanwhile
  let given = (): void => {}
  rig.answer = () => new Promise((resolve) => (given = () => resolve(OFFLINE())))
  const first = rig.outlet()
  await rig.clock.advance('1s')
  const closing = first.close(1_000)
  given()
  await rig.clock.advance('1s')
  await closing
  rig.answer = () => ({ kind: 'delivered' })
  const second = rig.outlet()
  await rig.clock.advance('10s')
  expect(rig.arrived).toEqual(upTo(5))
  for (const outlet of [second, other]) await outlet.close(1_000)
})
