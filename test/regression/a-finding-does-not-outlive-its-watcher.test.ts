import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import { alert } from '../../src/index.js'
import type { Watcher } from '../../src/model/index.js'
import { recorder, rig } from '../../src/testing/index.js'
import { anomaly } from '../../src/watch/index.js'

const loud = { name: 'loud', start: () => null, score: (_: null, value: number) => (value > 10 ? 9 : 0), learn() {} }
const watching = (): Watcher => anomaly({ signal: 'queue.depth', detector: loud }) as Watcher

async function broken(world: ReturnType<typeof rig>): Promise<void> {
  for (let i = 0; i < 10; i++) {
    world.monitor.signal('queue.depth').record(i < 3 ? 1 : 50)
    await world.advance('10s')
  }
}

test('a watcher that is taken out takes its open findings with it: the incident closes, people are told once, reminders end', async () => {
  const pager = recorder()
  const world = rig({ respond: [alert({ to: pager, remind: '1h' })] })
  const remove = world.monitor.use(watching())
  await world.advance('1s')
  await broken(world)
  expect(pager.reasons).toEqual(['opened'])
  remove()
  await world.advance('1d')
  expect(world.monitor.findings()).toMatchObject([{ state: 'closed', summary: expect.stringContaining('taken out') }])
  expect(pager.reasons).toEqual(['opened', 'resolved'])
  expect(world.faults).toEqual([])
})

test('what one watcher has found stays open when another is taken out', async () => {
  const world = rig({ watch: [watching()] })
  const remove = world.monitor.use(anomaly({ signal: 'another', detector: { ...loud, name: 'other' } }))
  await world.advance('1s')
  await broken(world)
  remove()
  await world.advance('1m')
  expect(world.monitor.findings()).toMatchObject([{ state: 'open' }])
})

test('an open finding is known after a restart; one whose watcher is no longer there is closed', async () => {
  const store = memoryStore()
  const pager = recorder()
  const first = rig({ watch: [watching()], respond: [alert({ to: pager })], store })
  await broken(first)
  await first.stop()
  const second = rig({ watch: [watching()], respond: [alert({ to: pager })], store, clock: first.clock })
  await second.advance('1s')
  expect(second.monitor.findings()).toMatchObject([{ state: 'open', id: first.monitor.findings()[0]?.id }])
  await second.stop()
  const third = rig({ respond: [alert({ to: pager })], store, clock: first.clock })
  await third.advance('5m')
  expect(third.monitor.findings()).toMatchObject([{ state: 'closed' }])
  expect(pager.reasons).toEqual(['opened', 'resolved'])
})
