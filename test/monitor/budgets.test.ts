import { expect, test } from 'vitest'
import { sigmasOf } from '../../src/math/normal.js'
import { gaussian } from '../../src/math/random.js'
import { ConfigError, type Detector, NONE, type Source, type Watcher } from '../../src/model/index.js'
import { createMonitor } from '../../src/monitor/index.js'
import { rig } from '../../src/testing/rig.js'
import { anomaly } from '../../src/watch/index.js'

const DAY = 864e5
/** The value is the score: on Gaussian noise, calibrated exactly. */
const plain: Detector<null> = { name: 'plain@1', start: () => null, score: (_, value) => Math.abs(value), learn() {} }

/** So many signals of Gaussian noise. */
const noisy = (count: number, every: number): Source => ({
  name: 'noisy',
  async start(emit, { clock, abort }) {
    const signals = Array.from({ length: count }, (_, i) => ({ name: `s${i}`, unit: '1', attributes: {} }))
    for (let row = 0; !abort.aborted; row++) {
      signals.forEach((signal, i) => {
        emit(signal, gaussian(i + 1, row))
      })
      await clock.sleep(every, abort)
    }
  },
})

/** Keeps the share that it was told. */
function listening(name: string, own?: number): Watcher<{ share: number }> & { shares: number[] } {
  const shares: number[] = []
  return {
    name,
    shares,
    matches: () => true,
    start: () => ({ share: -1 }),
    push: () => NONE,
    tick: () => NONE,
    share(state, share) {
      if (share !== state.share) shares.push(share)
      state.share = share
      return own ?? share
    },
  }
}

test('the budget of a monitor is what all of its signals together find, however many there are', async () => {
  const world = rig({
    budget: '4 per 1d',
    observe: [noisy(50, 60_000)],
    watch: [anomaly({ detector: plain, minDuration: 0 })],
  })
  await world.advance('20d')
  expect(world.monitor.stats().findings).toBeGreaterThan(80 * 0.6)
  expect(world.monitor.stats().findings).toBeLessThan(80 * 1.4)
  const { anomaly: use } = world.monitor.stats().budgets
  expect(use?.accepted).toBeCloseTo(4, 5)
  expect(use?.found).toBeGreaterThan(2)
  expect(use?.found).toBeLessThan(7)
  expect(world.faults).toEqual([])
}, 60_000)

test('each signal gets an equal part, told anew when their number changes by a tenth', async () => {
  const watcher = listening('w@1')
  const world = rig({ budget: '1 per 1d', watch: [watcher] })
  await world.advance(0)
  const more = (from: number, to: number) => {
    for (let i = from; i < to; i++) world.monitor.signal(`s${i}`).record(1)
  }
  more(0, 10)
  await world.advance('5m')
  expect(new Set(watcher.shares)).toEqual(new Set([1 / DAY / 10]))
  more(10, 11)
  await world.advance('5m')
  expect(watcher.shares).toHaveLength(11)
  expect(new Set(watcher.shares).size).toBe(1)
  more(11, 20)
  await world.advance('5m')
  expect(watcher.shares).toHaveLength(40)
  expect(watcher.shares.at(-1)).toBeCloseTo(1 / DAY / 20, 20)
  expect(world.monitor.stats().budgets.w?.accepted).toBeCloseTo(1, 10)
})

test('signals that have been silent for two rounds of six hours leave their part to the others', async () => {
  const watcher = listening('w@1')
  const world = rig({ budget: '1 per 1d', watch: [watcher] })
  await world.advance(0)
  for (let i = 0; i < 10; i++) world.monitor.signal(`s${i}`).record(1)
  await world.advance('5m')
  for (let hour = 0; hour < 24; hour++) {
    world.monitor.signal('s0').record(1)
    await world.advance('1h')
  }
  expect(watcher.shares.at(-1)).toBe(1 / DAY)
})

test('several watchers of a signal share too; those with a budget or a threshold of their own do not', async () => {
  const shared = [listening('a@1'), listening('b@1')] as const
  const own = listening('own@1', 1e-6)
  const fixed = listening('fixed@1', 0)
  const world = rig({ budget: '1 per 1d', watch: [...shared, own, fixed] })
  await world.advance(0)
  world.monitor.signal('s').record(1)
  await world.advance('5m')
  for (const { shares } of shared) expect(shares.at(-1)).toBe(1 / DAY / 2)
  expect(Object.keys(world.monitor.stats().budgets).sort()).toEqual(['a', 'b', 'own'])
  expect(world.monitor.stats().budgets.own?.accepted).toBeCloseTo(86.4, 10)
})

test('a monitor without a budget shares none out, and the use of those of the watchers is told', async () => {
  const watcher = listening('w@1')
  const world = rig({ watch: [watcher, anomaly({ detector: plain, budget: '1 per 7d' })] })
  await world.advance(0)
  for (let i = 0; i < 14; i++) world.monitor.signal(`s${i}`).record(1)
  await world.advance('5m')
  expect(new Set(watcher.shares)).toEqual(new Set([0]))
  expect(world.monitor.stats().budgets).toEqual({ anomaly: { accepted: expect.closeTo(2, 10), found: 0 } })
})

test('many signals under one budget have a higher threshold than one', async () => {
  const thresholdOf = async (count: number): Promise<number> => {
    const watcher = anomaly({ detector: plain })
    const state = watcher.start()
    const world = rig({ budget: '1 per 7d', watch: [{ ...methods(watcher), start: () => state }] })
    await world.advance(0)
    for (let i = 0; i < count; i++) world.monitor.signal(`s${i}`).record(1)
    await world.advance('5m')
    return state.threshold
  }
  expect(await thresholdOf(1)).toBeCloseTo(sigmasOf(30_000 / (7 * DAY)), 5)
  expect(await thresholdOf(100)).toBeCloseTo(sigmasOf(30_000 / (7 * DAY) / 100), 5)
})

/** The verbs of a watcher, as plain members. */
function methods<S>(watcher: Watcher<S>): Watcher<S> {
  return {
    name: watcher.name,
    matches: (signal) => watcher.matches(signal),
    start: () => watcher.start(),
    push: (...args) => watcher.push(...args),
    tick: (...args) => watcher.tick(...args),
    share: (state, share) => watcher.share?.(state, share) ?? 0,
  }
}

test('a watcher whose share is no number, or that throws, is left out', async () => {
  const odd = (name: string, share: () => unknown): Watcher => ({ ...listening(name), share: share as never })
  const world = rig({
    budget: '1 per 1d',
    watch: [
      odd('nan@1', () => Number.NaN),
      odd('text@1', () => 'much'),
      odd('all@1', () => Number.POSITIVE_INFINITY),
      odd('broken@1', () => {
        throw new Error('no')
      }),
      listening('good@1'),
    ],
  })
  await world.advance(0)
  world.monitor.signal('s').record(1)
  await world.advance('2m')
  expect(Object.keys(world.monitor.stats().budgets)).toEqual(['good'])
  expect(world.faults.every(({ part }) => part === 'broken@1')).toBe(true)
})

test('a budget that is none is refused', () => {
  expect(() => createMonitor({ service: 'x', budget: '1 a day' as never })).toThrow(ConfigError)
  expect(() => createMonitor({ service: 'x', budget: '1 a day' as never })).toThrow('createMonitor.budget')
})
