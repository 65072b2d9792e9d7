import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outlet } from '../../../src/edge/outbox/outlet.js'
import { FragileDisk } from '../fragile-disk.js'
import { OutboxRig } from './outbox-rig.js'

const RUNS = Number(process.env.RUNS ?? 150)
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

/** A receiver that takes its time, and may be away. */
class Slow {
  delay = 0
  isAway = false
  readonly arrived = new Set<number>()
  #rig: OutboxRig | undefined

  outlet(rig: OutboxRig, sender: { most?: number; rate?: number } = {}): Outlet {
    this.#rig = rig
    rig.answer = async (numbers) => {
      await this.#rig?.clock.sleep(this.delay)
      if (this.isAway) return { kind: 'again', why: 'away' }
      for (const number of numbers) this.arrived.add(number)
      return { kind: 'delivered' }
    }
    return rig.outlet('metrics', 2, sender)
  }
}

test('a receiver that is slower than what comes: what memory lets go is read back from a segment that has grown meanwhile', async () => {
  const rig = new OutboxRig(new FragileDisk(), { maxBytes: 2 ** 24 })
  const receiver = new Slow()
  const outlet = receiver.outlet(rig)
  receiver.delay = 150
  for (let n = 1; n <= 1_000; n++) {
    receiver.isAway = n < 200
    await rig.post(outlet, n)
    await rig.clock.advance(100)
  }
  await rig.clock.advance('1h')
  expect([...receiver.arrived].sort((a, b) => a - b)).toEqual(upTo(1_000))
  expect(outlet.status()).toMatchObject({ waiting: 0, delivered: 1_000 })
  await outlet.close(1_000)
})

test('what former runs left is counted while it is sent: nothing waits only when nothing does', async () => {
  for (let frames = 100; frames < 140; frames++) {
    const before = new OutboxRig(new FragileDisk())
    const away = new Slow()
    away.isAway = true
    const left = away.outlet(before)
    for (let n = 1; n <= frames; n++) await before.post(left, n, 3_000)
    await left.close(1_000)

    const rig = new OutboxRig(before.disk, { dir: before.settings.dir })
    const receiver = new Slow()
    const outlet = receiver.outlet(rig)
    while (outlet.status().waiting === 0) await Promise.resolve()
    while (outlet.status().waiting > 0) await rig.clock.advance(1)
    expect(receiver.arrived.size).toBe(frames)
    expect(outlet.status().delivered).toBe(frames)
    await outlet.close(1_000)
  }
})

test('whatever the pace of what comes and of the receiver, over outages and restarts, all that was accepted arrives', async () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('post' as const), by: fc.integer({ min: 1, max: 150 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), by: fc.integer({ min: 1, max: 20_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delay' as const), by: fc.integer({ min: 0, max: 400 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('away' as const), by: fc.integer({ min: 0, max: 1 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), by: fc.constant(0) }) },
  )
  const plan = fc.record({
    acts: fc.array(act, { minLength: 3, maxLength: 25 }),
    bytes: fc.constantFrom(16, 400, 3_000),
    most: fc.constantFrom(1, 1, 7),
    rate: fc.constantFrom(Number.POSITIVE_INFINITY, 50),
    sync: fc.constantFrom('group' as const, 'each' as const, 'none' as const),
    gap: fc.constantFrom(0, 5, 60),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ acts, bytes, most, rate, sync, gap }) => {
      const settings = { maxBytes: 2 ** 24, maxMemory: 2 ** 30, sync }
      let rig = new OutboxRig(new FragileDisk(), settings)
      const { disk } = rig
      const receiver = new Slow()
      let outlet = receiver.outlet(rig, { most, rate })
      let posted = 0
      for (const { kind, by } of acts) {
        if (kind === 'delay') receiver.delay = by
        if (kind === 'away') receiver.isAway = by === 1
        if (kind === 'wait') await rig.clock.advance(by)
        for (let i = 0; kind === 'post' && i < by; i++) {
          await rig.post(outlet, ++posted, bytes)
          await rig.clock.advance(gap)
        }
        if (kind !== 'restart') continue
        const ending = outlet.close(5_000)
        await rig.clock.advance(5_000)
        await ending
        rig = new OutboxRig(disk, { ...settings, dir: rig.settings.dir })
        outlet = receiver.outlet(rig, { most, rate })
      }
      receiver.isAway = false
      await rig.clock.advance('2h')
      expect([...receiver.arrived].sort((a, b) => a - b)).toEqual(upTo(posted))
      expect(outlet.status().waiting).toBe(0)
      await outlet.close(1_000)
    }),
    { numRuns: RUNS },
  )
})
