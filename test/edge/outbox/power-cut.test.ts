import { afterEach, describe, expect, test } from 'vitest'
import { uniform } from '../../../src/math/random.js'
import { FragileDisk } from '../fragile-disk.js'
import { OFFLINE, OutboxRig } from './outbox-rig.js'

const SEEDS = Number(process.env.SEEDS ?? 300)
const FIRST = Number(process.env.FIRST ?? 1)
const PID = process.pid
afterEach(() => beProcess(PID))

/** Waits between tries are by chance, which the number of the process decides: it is set, so that a seed is one history. */
function beProcess(pid: number): void {
  Object.defineProperty(process, 'pid', { value: pid, configurable: true })
}

/** What a run is known to have been promised and to have sent when the power goes. */
interface Run {
  readonly disk: FragileDisk
  readonly durable: Set<number>
  readonly arrived: Set<number>
}

/** A run of a process on a disk, with chance deciding everything; the power goes at some step. */
async function run(disk: FragileDisk, chance: () => number, first: number, sync: 'group' | 'each'): Promise<Run> {
  const rig = new OutboxRig(disk, { dir: '/outbox', sync, maxBytes: 2 ** 20 })
  const durable = new Set<number>()
  const arrived = new Set<number>()
  disk.powerCutAt = disk.steps + Math.floor(chance() * 160)
  rig.answer = (numbers) => {
    if (chance() < 0.5) return OFFLINE()
    for (const n of numbers) arrived.add(n)
    return { kind: 'delivered' }
  }
  const outlet = rig.outlet()
  let safe: number[] = []
  for (let n = first; n < first + 30 && disk.steps < disk.powerCutAt; n++) {
    const how = await rig.post(outlet, n, 16 + Math.floor(chance() * 9_000))
    if (how === 'written' && sync === 'each') durable.add(n)
    if (how === 'written') safe.push(n)
    if (chance() < 0.2) {
      await rig.clock.advance('1100ms') // longer than a group waits for its sync
      if (disk.steps < disk.powerCutAt && outlet.status().unwritable === undefined)
        for (const one of safe) durable.add(one)
      safe = []
    }
  }
  disk.powerCutAt = Math.min(disk.powerCutAt, disk.steps)
  await outlet.close(1_000)
  return { disk, durable, arrived }
}

/** The next process, with a receiver that is there. */
async function recovered(disk: FragileDisk): Promise<number[]> {
  const rig = new OutboxRig(disk, { dir: '/outbox', maxBytes: 2 ** 20 })
  const outlet = rig.outlet()
  await rig.clock.advance('30s')
  expect(outlet.status()).toMatchObject({ waiting: 0, unwritable: undefined })
  await outlet.close(1_000)
  return rig.arrived
}

describe.each(['each', 'group'] as const)('power cuts, sync: %s', (sync) => {
  test(`what was called durable is never lost, nothing false arrives, order is kept: ${SEEDS} seeds, two cuts each`, async () => {
    let promised = 0
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      beProcess(seed)
      let draws = 0
      const chance = (): number => uniform(seed, draws++)
      const one = await run(new FragileDisk(), chance, 1, sync)
      const two = await run(one.disk.afterReordering(chance), chance, 101, sync)
      const found = await recovered(two.disk.afterReordering(chance))
      const due = [...one.durable, ...two.durable].filter((n) => !one.arrived.has(n) && !two.arrived.has(n))
      promised += due.length
      const lost = due.filter((n) => !found.includes(n))
      expect(lost, `seed ${seed}`).toEqual([])
      expect(
        found.every((n) => (n >= 1 && n <= 30) || (n >= 101 && n <= 130)),
        `seed ${seed}`,
      ).toBe(true)
      expect(found, `seed ${seed}`).toEqual([...found].sort((a, b) => a - b))
    }
    expect(promised).toBeGreaterThan(SEEDS)
  }, 3_600_000)
})
