/** What an edge filter saves: bytes on the line, as the real exporter sends them (http/protobuf, gzip), of a day of a service through summarise(), against sending all of it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { MeterProvider, MetricReader, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { type Summarising, summarise } from 'pi-uptime/otel'
import { virtualClock } from 'pi-uptime/testing'
import { uniform } from '../src/math/random.js'
import type { Incident } from '../src/model/index.js'
import { benchmark, ratioRow, type Sample } from './frame.js'

const GAUGES = 200
const COUNTERS = 30
const HISTOGRAMS = 20
/** Collections of a day, each 10 s; in the day that is not calm an incident is open for ten minutes from noon on. */
const DAY = 8_640
const NOON = DAY / 2
const INCIDENT = 60

/** A collector that counts the bytes that come in, with all that belongs to HTTP. */
async function collector(): Promise<{ url: string; bytes(): number; server: Server }> {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
  })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bytes = (): number => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`, bytes, server }
}

class Reader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** A service whose gauges wander, whose counters grow and whose requests take their time. */
function service(): { next(i: number): Promise<ResourceMetrics> } {
  const reader = new Reader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench')
  const values = Array.from({ length: GAUGES }, (_, i) => 50 + 10 * uniform(1, i))
  for (let i = 0; i < GAUGES; i++) {
    const gauge = meter.createObservableGauge(`bench.pool.${i % 20}.usage`, { unit: '1' })
    gauge.addCallback((result) => result.observe(values[i] as number, { 'pool.name': `pool-${i}` }))
  }
  const counters = Array.from({ length: COUNTERS }, (_, i) => meter.createCounter(`bench.jobs.${i}`))
  const histograms = Array.from({ length: HISTOGRAMS }, (_, i) => meter.createHistogram(`bench.duration.${i}`))
  return {
    async next(i) {
      values.forEach((value, at) => {
        values[at] = value + uniform(2, i * GAUGES + at) - 0.5
      })
      for (const [at, counter] of counters.entries()) counter.add(Math.floor(10 * uniform(3, i + at)))
      for (const [at, histogram] of histograms.entries()) histogram.record(200 * uniform(4, i * HISTOGRAMS + at))
      return (await reader.collect()).resourceMetrics
    },
  }
}

const sent = (exporter: Pick<PushMetricExporter, 'export'>, metrics: ResourceMetrics): Promise<void> =>
  new Promise((resolve, reject) =>
    exporter.export(metrics, ({ code, error }) => (code === 0 ? resolve() : reject(error))),
  )

async function hear(thin: Summarising, state: 'open' | 'closed', now: number): Promise<void> {
  for (const order of thin.push(null, { id: 'i-1', state } as Incident, now)) await thin.perform(order, {} as never)
}

async function day(): Promise<Sample> {
  const clock = virtualClock()
  const sides = await Promise.all(['all', 'calm', 'troubled'].map(() => collector()))
  const [all, ...others] = sides.map(({ url }) => new OTLPMetricExporter({ url, compression: 'gzip' as never }))
  const [calm, troubled] = others.map((exporter) => summarise(exporter, { clock })) as [Summarising, Summarising]
  const app = service()
  for (let i = 0; i < DAY; i++) {
    await clock.advance('10s')
    if (i === NOON) await hear(troubled, 'open', clock.now())
    if (i === NOON + INCIDENT) await hear(troubled, 'closed', clock.now())
    const metrics = await app.next(i)
    for (const exporter of [all as OTLPMetricExporter, calm, troubled]) await sent(exporter, metrics)
  }
  const [full = 0, quiet = 0, loud = 0] = sides.map(({ bytes }) => bytes())
  for (const { server } of sides) {
    server.closeAllConnections()
    server.close()
  }
  return { all_mb: full / 1e6, calm_mb: quiet / 1e6, troubled_mb: loud / 1e6 }
}

await benchmark({
  name: 'summarise',
  rounds: 1,
  cases: { day: { run: day } },
  rows: (values) =>
    [
      ['calm_mb', 'bytes sent by summarise() on a calm day, 250 series each 10 s'],
      ['troubled_mb', 'the same on a day with an incident of ten minutes'],
    ].map(([name = '', what = '']) =>
      ratioRow(what, 'all of it', values('day', name), values('day', 'all_mb'), { must: 0.25, aim: 0.15 }),
    ),
})
