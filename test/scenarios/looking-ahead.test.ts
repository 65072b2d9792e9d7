import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import { gaussian } from '../../src/math/random.js'
import { alert, guardrails, remediate } from '../../src/respond/index.js'
import { recorder, rig, simulate, virtualClock } from '../../src/testing/index.js'
import { objective, trend } from '../../src/watch/index.js'

const [MINUTE, HOUR, DAY] = [6e4, 36e5, 864e5]

/** A disk that takes four days from 30 % to its limit of 95 %; a clean-up takes it back to where it began. */
function disk(store = memoryStore(), clock = virtualClock()) {
  const began = clock.now()
  const state = { emptiedAt: began, cleaned: [] as number[] }
  const usage = (): number => {
    const now = clock.now()
    return 0.3 + (0.65 * (now - state.emptiedAt)) / (4 * DAY) + 0.003 * gaussian(4, now)
  }
  const clean = () => {
    state.emptiedAt = clock.now()
    state.cleaned.push((clock.now() - began) / HOUR)
  }
  const pager = recorder()
  const world = rig({
    observe: [simulate('disk.utilization', usage, MINUTE)],
    watch: [trend({ signal: 'disk.utilization', limit: 0.95, within: '1d' })],
    respond: [
      remediate({
        mode: 'act',
        name: 'clean-disk',
        when: { watcher: 'trend', exhaustion: '6h' },
        steps: [{ name: 'delete old files', apply: clean }],
        settle: '30m',
      }),
      alert({ to: pager }),
    ],
    store,
    clock,
  })
  return { ...world, state, pager, store }
}

test('a disk that fills is told a day ahead, cleaned when no more than the lead time is left, and proved to have been', async () => {
  const world = disk()
  await world.advance('3d')
  expect(world.pager.reasons).toEqual([])
  await world.advance('12h')
  expect(world.pager.reasons[0]).toBe('opened')
  expect(world.state.cleaned).toEqual([])
  await world.advance('12h')
  expect(world.state.cleaned).toHaveLength(1)
  expect(world.state.cleaned[0]).toBeGreaterThan(4 * 24 - 7)
  expect(world.state.cleaned[0]).toBeLessThanOrEqual(4 * 24 - 5)
  expect(world.monitor.actions().map(({ outcome }) => outcome)).toEqual(['helped', 'started'])
  expect(world.pager.reasons.at(-1)).toBe('resolved')
  expect(world.faults).toEqual([])
  await world.stop()
})

test('a restart in the middle forgets nothing: the crossing is told at the same time', async () => {
  const clock = virtualClock()
  const [store, other] = [memoryStore(), disk()]
  const first = disk(store, clock)
  await first.advance('2d')
  await first.stop()
  const second = disk(store, clock)
  second.state.emptiedAt = first.state.emptiedAt
  await second.advance('36h')
  await other.advance('84h')
  const told = (world: typeof other) =>
    world.monitor.findings().find(({ state }) => state === 'open')?.exhaustion?.at ?? 0
  expect(told(second)).toBeGreaterThan(0)
  expect(Math.abs(told(second) - told(other))).toBeLessThan(HOUR)
  await Promise.all([second.stop(), other.stop()])
})

test('a spent error budget freezes repairs: the hook of the objective and a guard of the playbook share a flag', async () => {
  let frozen = false
  const tried: string[] = []
  const slo = objective({
    name: 'shop',
    target: 0.99,
    window: '1d',
    bad: 'failed',
    total: 'requests',
    onBudget: {
      '0%': (_, isSpent) => {
        frozen = isSpent
      },
    },
  })
  const restart = remediate({
    mode: 'act',
    name: 'restart',
    when: { watcher: 'objective' },
    steps: [{ name: 'restart', apply: () => void tried.push('restart') }],
    guards: [...guardrails({ minUptime: 0 }), () => frozen],
  })
  const world = rig({ watch: [slo], respond: [restart] })
  await world.advance('1s')
  for (let minute = 0; minute < 30; minute++) {
    world.monitor.signal('requests').record(1_000)
    world.monitor.signal('failed').record(minute < 5 ? 0 : 500)
    await world.advance('1m')
  }
  expect(frozen).toBe(true)
  expect(world.monitor.findings().some(({ watcher, state }) => watcher === 'objective' && state === 'open')).toBe(true)
  expect(tried).toEqual([])
  await world.stop()
})
