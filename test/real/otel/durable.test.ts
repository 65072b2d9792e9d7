import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { durable, telemetry } from '../../../src/otel/index.js'
import { type OtlpSink, otlpSink, type Point } from '../sink/otlp-sink.js'

let sink: OtlpSink
let dir: string
const ends: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  sink = await otlpSink()
  dir = await mkdtemp(join(tmpdir(), 'durable-'))
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  await sink.close()
  await rm(dir, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

/** Records one of every kind of instrument, and exports once through these exporters. */
async function everyKind(exporters: PushMetricExporter[]): Promise<void> {
  const readers = exporters.map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
  )
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'device.tags': ['a', 'b'] })
  const views = [{ instrumentName: 'exponential', aggregation: { type: 5 as const } }]
  const provider = new MeterProvider({ readers, resource, views })
  ends.push(() => provider.shutdown())
  const meter = provider.getMeter('app', '1.0', { schemaUrl: 'https://example/schema' })
  meter
    .createCounter('calls', { unit: '{call}', description: 'calls' })
    .add(3, { route: '/pay', ok: true, code: 200, share: 0.5 })
  meter.createUpDownCounter('queue').add(-2)
  meter.createGauge('heat', { unit: 'Cel' }).record(41.5)
  for (const name of ['explicit', 'exponential']) {
    const histogram = meter.createHistogram(name, { unit: 's' })
    for (const seconds of [0.1, 0.2, 0.4, 0, 3]) histogram.record(seconds, { name })
  }
  meter.createObservableGauge('observed').addCallback((result) => result.observe(7, { list: ['x', 'y'] }))
  await provider.forceFlush()
}

const plainly = (points: readonly Point[]): unknown[] =>
  points.map(({ time: _, ...point }) => JSON.parse(JSON.stringify(point)))

describe.each([
  ['json', JsonExporter],
  ['protobuf', ProtobufExporter],
])('%s', (format, Exporter) => {
  test('metrics of every kind arrive as without us, after an outage and a restart', async () => {
    const url = `${sink.url}/v1/metrics`
    await everyKind([new Exporter({ url })])
    const direct = plainly(sink.points())
    expect(direct.length).toBe(6)
    sink.clear()

    sink.answer(503)
    const first = durable(new Exporter({ url, timeoutMillis: 300 }), { dir })
    await everyKind([first as unknown as PushMetricExporter])
    await sink.until(({ requests }) => requests > 1)
    await first.shutdown()
    expect(sink.batches).toEqual([])

    sink.answer('ok')
    const second = durable(new Exporter({ url, timeoutMillis: 300 }), { dir })
    ends.push(() => second.shutdown())
    await sink.until(({ batches }) => batches.length > 0)
    expect(sink.batches[0]?.format).toBe(format)
    expect(plainly(sink.points())).toEqual(direct)
    await second.forceFlush()
    expect(second.status()).toMatchObject({ waiting: 0, down: false })
  })
})

test('log records arrive as without us: bodies, attributes, severity, the trace they are in', async () => {
  const seen: ReadableLogRecord[][] = []
  const capture = {
    export(records: ReadableLogRecord[], done: (result: { code: number }) => void): void {
      seen.push(records)
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
  const logs = durable(capture, { dir, kind: 'logs' })
  const direct: ReadableLogRecord[] = []
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    processors: [
      {
        onEmit: (record) => void direct.push(record as unknown as ReadableLogRecord),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
      new BatchLogRecordProcessor({ exporter: logs as never, scheduledDelayMillis: 50 }),
    ],
  })
  const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const logger = provider.getLogger('app', '2.0')
  logger.emit({
    severityNumber: 13,
    severityText: 'WARN',
    eventName: 'disk.full',
    body: { path: '/var', left: [1, 2.5, null], raw: new Uint8Array([1, 2]) },
    attributes: { deep: { er: true } },
  })
  logger.emit({ body: 'plain', context: trace.setSpanContext(context.active(), spanContext) })
  await provider.forceFlush()
  await vi.waitFor(() => expect(seen.flat()).toHaveLength(2), 5_000)
  const facts = ({
    hrTime,
    hrTimeObserved,
    spanContext: of,
    severityText,
    severityNumber,
    body,
    eventName,
    attributes,
    droppedAttributesCount,
    instrumentationScope,
    resource,
  }: ReadableLogRecord) => ({
    hrTime,
    hrTimeObserved,
    of,
    severityText,
    severityNumber,
    body,
    eventName,
    attributes,
    droppedAttributesCount,
    scope: instrumentationScope.name,
    resource: resource.attributes,
  })
  expect(seen.flat().map(facts)).toEqual(direct.map(facts))
  await provider.shutdown()
})

test('spans arrive as without us: links, events, status, parents and trace state', async () => {
  const seen: ReadableSpan[] = []
  const direct: ReadableSpan[] = []
  class SpanCapture {
    export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
      seen.push(...spans)
      done({ code: 0 })
    }
    async shutdown(): Promise<void> {}
  }
  const exporter = durable(new SpanCapture(), { dir })
  expect(exporter.name).toBe('outbox traces') // told by the name of the class
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [
      { onStart() {}, onEnd: (span) => void direct.push(span), forceFlush: async () => {}, shutdown: async () => {} },
      new SimpleSpanProcessor(exporter as never),
    ],
  })
  const tracer = provider.getTracer('app', '3.0')
  const { createTraceState } = await import('@opentelemetry/api')
  const remote = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState('a=1,b=2'),
  }
  const span = tracer.startSpan(
    'pay',
    { kind: SpanKind.SERVER, links: [{ context: remote, attributes: { why: 'retry' } }], attributes: { n: 1 } },
    trace.setSpanContext(context.active(), remote),
  )
  span.addEvent('charged', { amount: 12.5 })
  span.recordException(new Error('no funds'))
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no funds' })
  span.end()
  await vi.waitFor(() => expect(seen).toHaveLength(1), 5_000)
  const facts = (one: ReadableSpan) => {
    const { name, kind, startTime, endTime, status, attributes, events, duration, ended, instrumentationScope } = one
    const { traceState, ...own } = one.spanContext()
    const { traceState: theirs, ...parent } = one.parentSpanContext ?? { traceState: undefined }
    const links = one.links.map((link) => [link.context.traceId, link.context.traceState?.serialize(), link.attributes])
    const states = [traceState?.serialize(), theirs?.serialize(), theirs?.get('b')]
    return {
      name,
      kind,
      startTime,
      endTime,
      status,
      attributes,
      events,
      duration,
      ended,
      own,
      parent,
      links,
      states,
      scope: instrumentationScope.name,
      resource: one.resource.attributes,
    }
  }
  expect(seen.map(facts)).toEqual(direct.map(facts))
  expect(facts(seen[0] as ReadableSpan).states).toContain('a=1,b=2')
  await provider.shutdown()
})

test('telemetry({ outbox }): metrics and log events of an outage arrive when the collector is back, over a restart', async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined)
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300')
  sink.answer(503)
  const settings = { service: 'shop', endpoint: sink.url, every: '1h', outbox: dir, global: false } as const
  const first = await telemetry(settings)
  expect(first.outboxes.map(({ name }) => name)).toEqual(['outbox metrics', 'outbox logs'])
  first.meterProvider.getMeter('app').createCounter('orders').add(5)
  first.loggerProvider
    ?.getLogger('app')
    .emit({ eventName: 'sold', severityNumber: 9, severityText: 'INFO', body: 'five', attributes: {} })
  await first.shutdown()
  expect(sink.batches).toEqual([])

  sink.answer('ok')
  const second = await telemetry(settings)
  ends.push(() => second.shutdown())
  await sink.until((it) => it.points('orders').length > 0 && it.events('sold').length > 0)
  expect(sink.points('orders')[0]?.value).toBe(5)
})

test('shutdown and forceFlush end in time when the collector takes requests and never answers', async () => {
  sink.answer('hang')
  const exporter = durable(new OTLPLogExporter({ url: `${sink.url}/v1/logs` }), { dir, timeout: '1s' })
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: exporter as never, scheduledDelayMillis: 20 })],
  })
  for (let i = 0; i < 2_000; i++) provider.getLogger('app').emit({ body: `line ${i}` })
  const began = performance.now()
  await exporter.forceFlush()
  await exporter.shutdown()
  expect(performance.now() - began).toBeLessThan(4_000)
  expect((await readdir(dir)).some((name) => name.endsWith('.seg'))).toBe(true)
})

test('its own counts are exported: accepted, delivered, rejected, dropped by cause, waiting, bytes', async () => {
  const exporter = durable(new JsonExporter({ url: `${sink.url}/v1/metrics` }), { dir })
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: exporter as never, exportIntervalMillis: 3_600_000 })],
  })
  const other = durable(new OTLPLogExporter({ url: `${sink.url}/v1/logs` }), { dir, meterProvider: provider })
  ends.push(
    () => provider.shutdown(),
    () => other.shutdown(),
  )
  provider.getMeter('app').createCounter('n').add(1)
  await new Promise<void>((resolve) => other.export([] as never, () => resolve()))
  await vi.waitFor(async () => {
    await provider.forceFlush()
    expect(sink.points('pi_uptime.outbox.records').length).toBeGreaterThan(0)
  }, 5_000)
  const outcomes = sink
    .points('pi_uptime.outbox.records')
    .map(({ attributes }) =>
      [
        attributes['pi_uptime.outbox.lane'],
        attributes['pi_uptime.outcome'],
        attributes['pi_uptime.dropped.cause'],
      ].join(' '),
    )
  expect(outcomes).toContain('logs accepted ')
  expect(outcomes).toContain('logs dropped limit')
  expect(sink.points('pi_uptime.outbox.usage')[0]?.value).toBeGreaterThan(0)
})
