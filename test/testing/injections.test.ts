import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import { systemClock } from '../../src/monitor/index.js'
import {
  clockJump,
  cpuBurn,
  errors,
  eventLoopBlock,
  fullDisk,
  latency,
  memoryLeak,
  virtualClock,
} from '../../src/testing/index.js'

test('latency makes a function wait, and only while it lasts', async () => {
  const clock = virtualClock()
  const fault = latency('3s', clock)
  const twice = fault.around((n: number) => 2 * n)
  expect(await twice(1)).toBe(2)
  fault.begin()
  let answer = 0
  void twice(2).then((n) => {
    answer = n
  })
  await clock.advance('2s')
  expect(answer).toBe(0)
  await clock.advance('1s')
  expect(answer).toBe(4)
  fault.end()
  expect(await twice(3)).toBe(6)
})

test('errors come in an even share of the calls', async () => {
  const fault = errors(0.25, () => new Error('injected'))
  const work = fault.around(() => 'well')
  fault.begin()
  const answers = await Promise.all(Array.from({ length: 12 }, () => work().catch((error: Error) => error.message)))
  expect(answers.filter((answer) => answer === 'injected')).toHaveLength(3)
  fault.end()
  expect(await work()).toBe('well')
})

test('a full disk refuses to be written, and can be read', async () => {
  const store = fullDisk(memoryStore())
  await store.set('key', new Uint8Array([1]))
  store.begin()
  await expect(store.set('key', new Uint8Array([2]))).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(await store.get('key')).toEqual(new Uint8Array([1]))
  store.end()
  await store.set('key', new Uint8Array([2]))
  expect(await store.keys('')).toEqual(['key'])
})

test('a clock jumps once, and back', () => {
  const clock = virtualClock({ start: 0 })
  const fault = clockJump(clock, 5_000)
  fault.begin()
  fault.begin()
  expect(clock.now()).toBe(5_000)
  fault.end()
  fault.end()
  expect(clock.now()).toBe(0)
})

test('the processor is kept busy, and is free again', async () => {
  const clock = systemClock()
  const spent = async (): Promise<number> => {
    const [from, cpu] = [clock.elapsed(), process.cpuUsage()]
    await clock.sleep(300)
    const { user, system } = process.cpuUsage(cpu)
    return (user + system) / 1000 / (clock.elapsed() - from)
  }
  const fault = cpuBurn(0.8)
  fault.begin()
  const burning = await spent()
  fault.end()
  await clock.sleep(50)
  expect(burning).toBeGreaterThan(0.3)
  expect(await spent()).toBeLessThan(burning / 2)
})

test('the event loop is blocked, and turns again', async () => {
  const clock = systemClock()
  const fault = eventLoopBlock('150ms')
  const before = clock.elapsed()
  fault.begin()
  await clock.sleep(1)
  expect(clock.elapsed() - before).toBeGreaterThanOrEqual(150)
  fault.end()
})

test('a leak grows, and is given back', async () => {
  const clock = systemClock()
  const fault = memoryLeak(5e6)
  const before = process.memoryUsage().arrayBuffers
  fault.begin()
  await clock.sleep(350)
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(1e7)
  fault.end()
})
