import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import { gaussian } from '../../src/math/random.js'
import type { Finding, Signal } from '../../src/model/index.js'
import { alert } from '../../src/respond/index.js'
import { recorder } from '../../src/testing/recorder.js'
import { rig } from '../../src/testing/rig.js'
import { simulate } from '../../src/testing/simulate.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { add, at, constant, noise, type Wave } from '../../src/testing/waves.js'
import { anomaly, together } from '../../src/watch/index.js'

const requests: Signal = { name: 'shop.requests', unit: '{request}/s', attributes: {} }
const busy: Signal = { name: 'shop.workers.busy', unit: '{worker}', attributes: {} }
const queue: Signal = { name: 'shop.queue.depth', unit: '{job}', attributes: {} }
const memory: Signal = { name: 'shop.memory', unit: 'By', attributes: {} }

/** What customers do: it goes up and down within minutes. */
const demand: Wave = (time) => 4 * Math.sin(time / 40_000) + 2 * gaussian(9, Math.floor(time / 30_000))

/** Workers are as busy as there are requests, but for the time in which they are stuck: then as little busy as they can be. */
function shop(stuck: (time: number) => boolean) {
  return [
    simulate(
      requests,
      add(constant(200), (time) => 10 * demand(time), noise(2, 1)),
      '10s',
    ),
    simulate(busy, (time) => 20 + (stuck(time) ? -1 : 1) * demand(time) + 0.2 * gaussian(2, time), '10s'),
    simulate(queue, add(constant(5), noise(1, 3)), '10s'),
    simulate(memory, add(constant(3e8), noise(1e6, 4)), '10s'),
  ]
}

/** What the group's watcher found, and what the other one did. */
function split(found: readonly Finding[]): [Finding[], Finding[]] {
  return [found.filter(({ watcher }) => watcher === 'shop'), found.filter(({ watcher }) => watcher !== 'shop')]
}

test('workers that no longer follow the requests open one finding that names both, though neither is unusual by itself', async () => {
  const pager = recorder()
  const found: Finding[] = []
  const world = rig({
    observe: shop((time) => time >= at(30) && time < at(30.25)),
    watch: [together({ name: 'shop', signals: 'shop.*' }), anomaly({ name: 'alone', signal: 'shop.*', threshold: 4 })],
    respond: [alert({ to: pager })],
  })
  world.monitor.on('finding', (finding) => found.push(finding))
  await world.advance('30h')
  const before = found.length
  await world.advance('2h')
  const [during, alone] = split(found.slice(before))
  expect(alone).toEqual([])
  expect(new Set(during.map(({ id }) => id)).size).toBe(1)
  expect(during.at(-1)?.state).toBe('closed')
  expect(during[0]?.summary).toMatch(
    /^shop is unusual: shop\.(requests|workers\.busy) is .* and shop\.(requests|workers\.busy) is/,
  )
  expect(during[0]?.summary).not.toMatch(/queue|memory/)
  const began = world.clock.now() - 2 * 36e5
  expect((during[0]?.openedAt ?? 0) - began).toBeGreaterThan(0)
  expect((during[0]?.openedAt ?? 0) - began).toBeLessThan(5 * 60_000)
  expect(pager.reasons.slice(-2)).toEqual(['opened', 'resolved'])
  expect(world.faults).toEqual([])
})

test('a day of ordinary hours opens almost nothing', async () => {
  const found: Finding[] = []
  const world = rig({ observe: shop(() => false), watch: [together({ name: 'shop', signals: 'shop.*' })] })
  world.monitor.on('finding', (finding) => found.push(finding))
  await world.advance('48h')
  expect(new Set(found.map(({ id }) => id)).size).toBeLessThan(3)
})

test('what a group has learned survives a restart, in which its signals come in another order', async () => {
  const store = memoryStore()
  const clock = virtualClock()
  const watch = [together({ name: 'shop', signals: 'shop.*' })]
  const first = rig({ clock, store, observe: shop(() => false), watch })
  await first.advance('24h')
  await first.stop()
  const found: Finding[] = []
  const second = rig({ clock, store, observe: shop((time) => time >= at('3m')).reverse(), watch })
  second.monitor.on('finding', (finding) => found.push(finding))
  await second.advance('3m')
  expect(found).toEqual([])
  // A new group would have no opinion yet.
  await second.advance('7m')
  expect(found[0]?.summary).toMatch(/^shop is unusual: shop\.(requests|workers\.busy)/)
  expect(second.faults).toEqual([])
})
