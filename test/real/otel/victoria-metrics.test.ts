import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { durable } from '../../../src/otel/index.js'
import { debianPackage } from '../parts/debian-package.js'
import { freePort } from '../parts/free-port.js'

let missing: string | undefined
let program = ''
let dir: string
let port: number
let server: ChildProcess | undefined

async function start(): Promise<void> {
  const flags = [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${join(dir, 'data')}`,
    '-search.latencyOffset=0s',
    '-search.disableCache',
  ]
  server = spawn(program, flags, { stdio: 'ignore' })
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200), 10_000)
}

async function stop(): Promise<void> {
  if (!server) return
  const over = once(server, 'close')
  server.kill() // in order: what it has taken and not yet written is its own affair
  server = undefined
  await over
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'victoria-'))
  try {
    program = join(await debianPackage('trixie', 'victoria-metrics'), 'usr/bin/victoria-metrics')
  } catch (error) {
    missing = `VictoriaMetrics cannot be had here: ${String(error).split('\n')[0]?.slice(0, 80)}`
  }
  port = await freePort()
}, 120_000)
afterAll(async () => {
  await stop()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(({ skip }) => skip(missing !== undefined, missing))

/** What a query finds over the last minutes, in order of time. */
async function values(name: string): Promise<number[]> {
  await fetch(`http://127.0.0.1:${port}/internal/force_flush`)
  const query = new URLSearchParams({
    'match[]': name,
    start: `${Date.now() / 1_000 - 3_600}`,
    end: `${Date.now() / 1_000 + 3_600}`,
  })
  const lines = (await (await fetch(`http://127.0.0.1:${port}/api/v1/export?${query}`)).text()).trim()
  if (lines === '') return []
  return lines.split('\n').flatMap((line) => (JSON.parse(line) as { values: number[] }).values)
}

test('OTLP protobuf into VictoriaMetrics: every point of an outage and a restart of both is there', async () => {
  const url = `http://127.0.0.1:${port}/opentelemetry/v1/metrics`
  const box = join(dir, 'box')
  let reading = 0

  /** A life of the process: so many exports, each of another value. */
  async function life(exports: number): Promise<void> {
    const exporter = durable(new OTLPMetricExporter({ url, timeoutMillis: 500 }), { dir: box })
    const reader = new PeriodicExportingMetricReader({ exporter: exporter as never, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    provider
      .getMeter('app')
      .createObservableGauge('reading')
      .addCallback((result) => result.observe(reading))
    for (let i = 0; i < exports; i++) {
      reading++
      await new Promise((resolve) => setTimeout(resolve, 5)) // each with a time of its own
      await reader
        .collect()
        .then(
          ({ resourceMetrics }) => new Promise<void>((resolve) => exporter.export(resourceMetrics, () => resolve())),
        )
    }
    if (server) await vi.waitFor(() => expect(exporter.status()).toMatchObject({ waiting: 0 }), 20_000)
    await exporter.shutdown()
    await provider.shutdown()
  }

  await start()
  await life(20)
  await stop()
  await life(50)
  await life(30)
  await start()
  await life(10)
  const found = await values('reading')
  expect([...new Set(found)].sort((a, b) => a - b)).toEqual(Array.from({ length: 110 }, (_, i) => i + 1))
}, 90_000)
