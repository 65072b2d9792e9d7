/**
 * What it costs to keep what cannot be sent: batches of a thousand points made durable by an outbox, against the same bytes appended to a file and synced; what reaches the device;
 * and ten thousand points a second through `durable()` with no network.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { durable } from 'pi-uptime/otel'
import { Outlet } from '../src/edge/outbox/outlet.js'
import { outboxSettingsOf } from '../src/edge/outbox/settings.js'
import { amountRow, benchmark, type Case, ratioRow, type Sample } from './frame.js'

const BATCHES = 200
/** A thousand points as OTLP protobuf. */
const PAYLOAD = 188_000
const POINTS = 10_000
const SECONDS = 10
const FEW = 20

/** Beside the sources, so that it is a disk and not memory. */
function folder(): string {
  return mkdtempSync(join(import.meta.dirname, '..', '.bench-edge-'))
}

/** Bytes that the disk of a path has been given so far, by everybody. */
function deviceBytes(path: string): number {
  spawnSync('sync') // what is still to be written, of whoever
  const { dev } = statSync(path)
  const [major, minor] = [dev >> 8, dev & 255]
  const fields = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, 'utf8').trim().split(/\s+/)
  return Number(fields[6]) * 512
}

function batches(): Uint8Array[] {
  return Array.from({ length: BATCHES }, (_, i) => {
    const bytes = new Uint8Array(PAYLOAD)
    for (let at = 0; at < PAYLOAD; at++) bytes[at] = (at * 31 + i * 17 + (at >> 7)) & 255
    return bytes
  })
}

async function timed(
  dir: string,
  work: (payload: Uint8Array) => Promise<unknown>,
  end: () => Promise<void>,
): Promise<Sample> {
  const all = batches()
  const before = deviceBytes(dir)
  const [cpu, began] = [process.cpuUsage(), performance.now()]
  for (const payload of all) await work(payload)
  await end()
  const wall = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return {
    ms: wall / BATCHES,
    cpu_ms: (user + system) / 1_000 / BATCHES,
    written: (deviceBytes(dir) - before) / (BATCHES * PAYLOAD),
  }
}

async function appended(): Promise<Sample> {
  const dir = folder()
  const file = await open(join(dir, 'file'), 'a')
  try {
    return await timed(
      dir,
      async (payload) => {
        await file.write(payload)
        await file.datasync()
      },
      () => file.close(),
    )
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function kept(sync: 'each' | 'group'): Promise<Sample> {
  const dir = folder()
  const outlet = new Outlet('bench', outboxSettingsOf('bench', { dir, sync, maxBytes: 2 ** 28 }), 'metrics', 3, {
    most: 1,
    rate: 1e6,
    maxAge: Number.POSITIVE_INFINITY,
    told: () => {},
    send: async () => ({ kind: 'again', why: 'offline' }),
  })
  try {
    return await timed(
      dir,
      async (payload) => {
        const how = await outlet.post({ payload, compressed: false, records: 1_000 })
        if (how !== 'written') throw new Error(`a batch was not written: ${how}`)
      },
      () => outlet.flush(10_000),
    )
  } finally {
    await outlet.close(5_000)
    rmSync(dir, { recursive: true })
  }
}

/** Gauges with attributes, as the SDK hands them out. */
function collection(at: number): ResourceMetrics {
  const time: [number, number] = [1_700_000_000 + at, 0]
  const dataPoints = Array.from({ length: 1_000 }, (_, i) => ({
    ...{ startTime: time, endTime: time, value: Math.sin(i + at) * 100 },
    attributes: { 'host.name': `board-${i % 50}`, 'queue.name': `orders-${i}`, 'queue.state': 'waiting' },
  }))
  const descriptor = { name: 'queue.size', description: 'Jobs', unit: '{job}', type: 'GAUGE', valueType: 1 } as const
  const metric = { descriptor, aggregationTemporality: 1, dataPointType: DataPointType.GAUGE, dataPoints } as const
  return {
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    scopeMetrics: [{ scope: { name: 'bench' }, metrics: [metric as never] }],
  }
}

/** Ten thousand points a second, ten of a thousand each, with nobody to take them. */
async function flooded(): Promise<Sample> {
  const dir = folder()
  const exporter = durable(
    {
      export: (_: never, done: (result: { code: number; error?: Error }) => void) =>
        done({ code: 1, error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
      shutdown: async () => {},
    },
    { dir, kind: 'metrics' },
  )
  try {
    const all = Array.from({ length: 10 }, (_, i) => collection(i))
    const cpu = process.cpuUsage()
    for (let second = 0; second < SECONDS; second++) {
      const began = performance.now()
      for (const one of all) await new Promise<void>((resolve) => exporter.export(one as never, () => resolve()))
      await new Promise((resolve) => setTimeout(resolve, Math.max(1_000 - (performance.now() - began), 0)))
    }
    await exporter.forceFlush()
    const { user, system } = process.cpuUsage(cpu)
    const { accepted, waiting, dropped, bytes } = exporter.status()
    if (accepted !== POINTS * SECONDS || waiting !== accepted || Object.values(dropped).some((n) => n > 0))
      throw new Error('points were lost')
    return { core: (user + system) / 1e4 / SECONDS, bytes_point: bytes / accepted }
  } finally {
    await exporter.shutdown()
    rmSync(dir, { recursive: true })
  }
}

/** What 500 gauges each 10 s give the device in a day, in groups: each batch has a sync of its own, as there is time between them. */
async function aDay(): Promise<Sample> {
  const dir = folder()
  const exporter = durable(
    { export: (_: never, done: (result: { code: number }) => void) => done({ code: 0 }), shutdown: async () => {} },
    { dir, kind: 'metrics' },
  )
  try {
    const before = deviceBytes(dir)
    for (let i = 0; i < FEW; i++) {
      const { resource, scopeMetrics } = collection(i)
      const [{ scope, metrics }] = scopeMetrics as [ResourceMetrics['scopeMetrics'][0]]
      const some = metrics.map((metric) => ({
        ...metric,
        dataPoints: metric.dataPoints.slice(0, 500),
      })) as typeof metrics
      await new Promise<void>((resolve) =>
        exporter.export({ resource, scopeMetrics: [{ scope, metrics: some }] } as never, () => resolve()),
      )
      await new Promise((resolve) => setTimeout(resolve, 1_300))
    }
    return { megabytes_day: ((deviceBytes(dir) - before) / FEW) * 8_640 * 1e-6 }
  } finally {
    await exporter.shutdown()
    rmSync(dir, { recursive: true })
  }
}

const cases = {
  appended: { run: appended },
  each: { run: () => kept('each') },
  group: { run: () => kept('group') },
  flooded: { run: flooded },
  day: { run: aDay },
} satisfies Record<string, Case>

await benchmark({
  name: 'edge',
  rounds: 9,
  cases,
  rows: (values) => [
    ratioRow(
      'a batch of 188 kB, kept and synced',
      'appended and fdatasync',
      values('each', 'ms'),
      values('appended', 'ms'),
      { must: 2, aim: 1.2 },
    ),
    ratioRow(
      'the same in groups of a second',
      'appended and fdatasync',
      values('group', 'ms'),
      values('appended', 'ms'),
      { must: 2, aim: 1.2 },
    ),
    amountRow('bytes that the device is given for a byte of payload, synced each', '×', values('each', 'written'), {
      must: 1.6,
      aim: 1.4,
    }),
    amountRow('the same in groups of a second', '×', values('group', 'written'), { must: 1.6, aim: 1.4 }),
    amountRow('given to the device in a day by 500 gauges each 10 s', ' MB', values('day', 'megabytes_day'), {
      must: 500,
      aim: 250,
    }),
    amountRow('of one core, for 10,000 points a second through durable()', ' %', values('flooded', 'core'), {
      must: 100,
      aim: 20,
    }),
  ],
})
