import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OtlpSink, otlpSink } from './otlp-sink.js'

let sink: OtlpSink
beforeEach(async () => {
  sink = await otlpSink()
})
afterEach(() => sink.close())

test('metrics read the same from JSON and from protobuf, whatever they hold', async () => {
  const url = `${sink.url}/v1/metrics`
  const readers = [new JsonMetrics({ url }), new ProtobufMetrics({ url })].map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
  )
  const views = [{ instrumentName: 'spread', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } } as const]
  const provider = new MeterProvider({ readers, views })
  const meter = provider.getMeter('app')
  meter
    .createCounter('calls')
    .add(2 ** 40, { text: 'ünï', yes: true, no: false, whole: -7, part: 0.25, list: ['a', 'b'] })
  meter.createGauge('heat').record(-273.15)
  const plain = meter.createHistogram('plain', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } })
  const spread = meter.createUpDownCounter('spread')
  for (const value of [0.05, 0.5, 5]) plain.record(value)
  for (const value of [-300, -0.2, 0, 0.7, 1e6]) spread.add(value)
  await provider.forceFlush()
  const [json, protobuf] = sink.batches
  expect([json?.format, protobuf?.format].sort()).toEqual(['json', 'protobuf'])
  const untimed = (points: readonly { readonly name: string }[] = []) =>
    points.map((point) => ({ ...point, time: 0 })).sort((a, b) => (a.name < b.name ? -1 : 1))
  expect(untimed(protobuf?.points)).toEqual(untimed(json?.points))
  expect(sink.points('calls')[0]).toMatchObject({
    value: 2 ** 40,
    attributes: { text: 'ünï', whole: -7, list: ['a', 'b'] },
  })
  expect(sink.points('plain')[0]).toMatchObject({ count: 3, sum: 5.55, buckets: [1, 1, 1] })
  expect(sink.points('spread')[0]).toMatchObject({ kind: 'exponentialHistogram', count: 5 })
  await provider.shutdown()
})

test('log events read the same from JSON and from protobuf', async () => {
  const url = `${sink.url}/v1/logs`
  const processors = [new JsonLogs({ url }), new ProtobufLogs({ url })].map(
    (exporter) => new SimpleLogRecordProcessor({ exporter }),
  )
  const provider = new LoggerProvider({ processors })
  const event = { eventName: 'pi_uptime.finding', severityNumber: 13, body: 'too slow', timestamp: 1_700_000_000_123 }
  provider.getLogger('app').emit({ ...event, attributes: { score: 4.5, route: '/pay' } })
  await provider.forceFlush()
  await sink.until((it) => it.events().length === 2)
  const [one, other] = sink.events('pi_uptime.finding')
  expect(one).toEqual(other)
  expect(one).toMatchObject({
    severity: 13,
    body: 'too slow',
    time: 1_700_000_000_123,
    attributes: { score: 4.5, route: '/pay' },
  })
  await provider.shutdown()
})

test('what cannot be read is refused with 400, and what is ordered is answered', async () => {
  const send = (path: string, type: string, body: Uint8Array | string) =>
    fetch(sink.url + path, { method: 'POST', headers: { 'content-type': type }, body: body as string }).then(
      (r) => r.status,
    )
  expect(await send('/v1/metrics', 'application/json', '{"resourceMetrics":')).toBe(400)
  expect(await send('/v1/metrics', 'application/x-protobuf', new Uint8Array([10, 200, 1, 1]))).toBe(400)
  expect(await send('/v1/traces', 'application/json', '{}')).toBe(400)
  sink.answer(429)
  expect(await send('/v1/metrics', 'application/json', '{}')).toBe(429)
  sink.answer('ok')
  expect(await send('/v1/metrics', 'application/json', '{}')).toBe(200)
  expect(sink.requests).toBe(5)
  expect(sink.batches.length).toBe(1)
  await expect(sink.until((it) => it.points().length > 0, 50)).rejects.toThrow('in vain')
})
