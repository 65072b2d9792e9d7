import { once } from 'node:events'
import { closeSync, openSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { VITALS } from '../../src/model/signals/vitals.js'
import { type VitalsOptions, vitals } from '../../src/observe/index.js'
import { rig } from '../../src/testing/rig.js'
import { type Probe, probe } from './probe.js'

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

/** A source whose first window has begun. */
async function begun(options: VitalsOptions = {}): Promise<Probe> {
  const run = probe(vitals({ resolution: 1, ...options }))
  await run.asleep()
  return run
}

test('emits each vital sign once a window, under its name of the table', async () => {
  const run = await begun()
  await live(20)
  await run.clock.advance('10s')
  await run.asleep()
  run.stop()
  await run.ended
  const names = new Set(run.emitted.map(({ name }) => name))
  const always = Object.values(VITALS).filter(({ name }) => !/gc.*(mean|max)|file_descriptor/.test(name))
  expect(always.filter(({ name }) => !names.has(name))).toEqual([])
  const rows = new Map(Object.values(VITALS).map((row) => [row.name, row]))
  for (const { signal } of run.emitted) expect(signal.unit).toBe(rows.get(signal.name)?.unit)
  const kinds = run.emitted.map(({ signal }) => JSON.stringify([signal.name, signal.attributes]))
  expect(new Set(kinds).size).toBe(kinds.length)
})

test('its figures are those of this process', async () => {
  const run = await begun()
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
  const run = await begun({ resolution: 5 })
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
  const run = await begun()
  await live(20)
  const before = other.count
  await run.clock.advance('30s')
  run.stop()
  expect(before).toBeGreaterThan(0)
  expect(other.count).toBeGreaterThanOrEqual(before)
  other.disable()
})

test('ends with the monitor and leaves no sleeper', async () => {
  const run = await begun({ resolution: 20 })
  await run.clock.advance('15s')
  run.stop()
  await run.ended
  expect(run.clock.sleepers).toBe(0)
  const seen = run.emitted.length
  await run.clock.advance('1m')
  expect(run.emitted.length).toBe(seen)
})

test('reaches a monitor', async () => {
  const world = rig({ observe: [vitals({ resolution: 1 })] })
  await world.advance('1s')
  await live(200)
  await world.advance('1m')
  expect(world.monitor.stats().signals).toBeGreaterThan(20)
  expect(world.faults).toEqual([])
  await world.stop()
})

test('garbage collections are counted by kind, with their pauses', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const run = await begun()
  for (let i = 0; i < 3; i++) collect()
  await live(20)
  await run.clock.advance('10s')
  run.stop()
  expect(run.value('v8js.gc.duration.rate', 'major')).toBeGreaterThanOrEqual(0.3)
  expect(run.value('v8js.gc.duration.max', 'major')).toBeGreaterThan(0)
  expect(run.value('v8js.gc.duration.max', 'major')).toBeGreaterThanOrEqual(
    run.value('v8js.gc.duration.mean', 'major') ?? Number.NaN,
  )
})

test('the spaces of the heap add up to about the heap', async () => {
  const run = await begun()
  await live(5)
  await run.clock.advance('10s')
  run.stop()
  const spaces = run.emitted.filter(
    ({ name, signal }) => name === 'v8js.memory.heap.used' && signal.attributes['v8js.heap.space.name'],
  )
  const sum = spaces.reduce((total, { value }) => total + value, 0)
  expect(sum / (run.value('v8js.memory.heap.used') ?? Number.NaN)).toBeCloseTo(1, 1)
})

test('what keeps the loop alive is counted by type, and is 0 when it has gone', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const run = await begun()
  await run.clock.advance('10s')
  const listening = run.value('v8js.resource.active', 'TCPServerWrap') ?? 0
  server.close()
  await once(server, 'close')
  await run.clock.advance('10s')
  run.stop()
  expect(listening).toBeGreaterThanOrEqual(1)
  expect(run.value('v8js.resource.active', 'TCPServerWrap')).toBe(listening - 1)
})

test.skipIf(process.platform !== 'linux')('open files are counted', async () => {
  const run = await begun()
  const before = openSync('/proc/self/stat', 'r')
  await run.clock.advance('10s')
  while (run.value('process.unix.file_descriptor.count') === undefined) await live(1)
  run.stop()
  closeSync(before)
  const files = run.value('process.unix.file_descriptor.count') ?? 0
  expect(Math.abs(files - readdirSync('/proc/self/fd').length)).toBeLessThan(20)
})

test('listeners and observers go with the source', async () => {
  const count = (): number[] =>
    ['uncaughtExceptionMonitor', 'warning', 'unhandledRejection', 'uncaughtException'].map((name) =>
      process.listenerCount(name),
    )
  const [monitor = 0, warning = 0, ...others] = count()
  const run = await begun()
  expect(count()).toEqual([monitor + 1, warning + 1, ...others])
  run.stop()
  await run.clock.advance('10s')
  await run.ended
  expect(count()).toEqual([monitor, warning, ...others])
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
