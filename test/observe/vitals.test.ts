import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { vitals } from '../../src/observe/index.js'
import { rig } from '../../src/testing/rig.js'
import { probe } from './probe.js'

/** Lets the machine's own time pass: the event loop's histogram knows no other. */
function live(ms: number): Promise<void> {
  const until = process.hrtime.bigint() + BigInt(ms) * 1_000_000n
  return new Promise((resolve) => {
    const turn = (): unknown => (process.hrtime.bigint() < until ? setImmediate(turn) : resolve())
    turn()
  })
}

function block(ms: number): void {
  const until = process.hrtime.bigint() + BigInt(ms) * 1_000_000n
  while (process.hrtime.bigint() < until);
}

test('emits each vital sign once a window, under its OpenTelemetry name and unit', async () => {
  const run = probe(vitals({ resolution: 1 }))
  await live(20)
  await run.clock.advance('10s')
  run.stop()
  await run.ended
  expect(run.emitted.map(({ signal }) => [signal.name, signal.unit])).toEqual([
    ['nodejs.eventloop.delay.p99', 's'],
    ['nodejs.eventloop.delay.max', 's'],
    ['nodejs.eventloop.utilization', '1'],
    ['process.cpu.utilization', '1'],
    ['v8js.memory.heap.used', 'By'],
    ['process.memory.usage', 'By'],
  ])
})

test('its figures are those of this process', async () => {
  const run = probe(vitals({ resolution: 1 }))
  await live(30)
  await run.clock.advance('10s')
  run.stop()
  const value = (name: string): number => run.emitted.find((one) => one.name === name)?.value ?? Number.NaN
  const { heapUsed, rss } = process.memoryUsage()
  expect(value('v8js.memory.heap.used') / heapUsed).toBeGreaterThan(0.3)
  expect(value('v8js.memory.heap.used') / heapUsed).toBeLessThan(3)
  expect(value('process.memory.usage') / rss).toBeCloseTo(1, 0)
  expect(value('nodejs.eventloop.utilization')).toBeGreaterThan(0)
  expect(value('nodejs.eventloop.utilization')).toBeLessThanOrEqual(1)
  expect(value('process.cpu.utilization')).toBeGreaterThan(0)
})

test('a stall shows in its own window and in no later one', async () => {
  const run = probe(vitals({ resolution: 5 }))
  const max: number[] = []
  for (const stall of [0, 120, 0]) {
    await live(20)
    if (stall > 0) block(stall)
    await live(20)
    run.emitted.length = 0
    await run.clock.advance('10s')
    max.push(run.emitted.find((one) => one.name === 'nodejs.eventloop.delay.max')?.value ?? Number.NaN)
  }
  run.stop()
  expect(max[1]).toBeGreaterThan(0.1)
  expect(max[1]).toBeLessThan(0.5)
  expect(max[0]).toBeLessThan(max[1] as number)
  expect(max[2]).toBeLessThan(max[1] as number)
})

test('a histogram of another reader is left alone', async () => {
  const other = monitorEventLoopDelay({ resolution: 1 })
  other.enable()
  const run = probe(vitals({ resolution: 1 }))
  await live(20)
  const before = other.count
  await run.clock.advance('30s')
  run.stop()
  expect(before).toBeGreaterThan(0)
  expect(other.count).toBeGreaterThanOrEqual(before)
  other.disable()
})

test('ends with the monitor and leaves no sleeper', async () => {
  const run = probe(vitals())
  await run.clock.advance('15s')
  run.stop()
  await run.ended
  expect(run.clock.sleepers).toBe(0)
  const seen = run.emitted.length
  await run.clock.advance('1m')
  expect(run.emitted.length).toBe(seen)
})

test('reaches a monitor as six signals', async () => {
  const world = rig({ observe: [vitals({ resolution: 1 })] })
  await world.advance('1s')
  await live(20)
  await world.advance('1m')
  expect(world.monitor.stats().signals).toBe(6)
  expect(world.faults).toEqual([])
  await world.stop()
})

test.each([
  ['vitals.every', { every: '100ms' }],
  ['vitals.every', { every: '2h' }],
  ['vitals.resolution', { resolution: 0 }],
  ['vitals.resolution', { resolution: '2s' }],
] as const)('refuses a bad %s', (field, options) => {
  expect(() => vitals(options)).toThrow(ConfigError)
  expect(() => vitals(options)).toThrow(expect.objectContaining({ field }))
})
