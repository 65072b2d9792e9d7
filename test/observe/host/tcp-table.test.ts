import { expect, test } from 'vitest'
import { TcpTable } from '../../../src/observe/host/network.js'
import type { Files } from '../../../src/observe/machine/files.js'

/** Files of which each read takes so many milliseconds. */
function reading() {
  const world = { now: 0, cost: 0 }
  const files = {
    async text() {
      world.now += world.cost
      return ''
    },
  } as unknown as Files
  const table = new TcpTable(() => world.now)
  return { world, look: () => table.read(files), table }
}

test('a table that takes the kernel too long three times in a row is left alone for an hour, then asked again', async () => {
  const { world, look, table } = reading()
  world.cost = 4
  await look()
  await look()
  expect(table.isCheap).toBe(true)
  await look()
  expect(table.isCheap).toBe(false)
  world.now += 3_599_999
  expect(table.isCheap).toBe(false)
  world.now += 1
  expect(table.isCheap).toBe(true)
  await look()
  expect(table.isCheap, 'still dear').toBe(false)
  world.now += 3_600_000
  world.cost = 1
  await look()
  expect(table.isCheap).toBe(true)
})

test('now and then a slow read means nothing', async () => {
  const { world, look, table } = reading()
  for (const cost of [4, 4, 0, 4, 4, 0, 4]) {
    world.cost = cost
    await look()
  }
  expect(table.isCheap).toBe(true)
})
