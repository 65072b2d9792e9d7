import { metrics as metricsApi } from '@opentelemetry/api'
import { logs as logsApi } from '@opentelemetry/api-logs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ConfigError } from '../../../src/model/index.js'
import { createMonitor } from '../../../src/monitor/index.js'
import { check } from '../../../src/observe/index.js'
import { type Telemetry, type TelemetrySettings, telemetry } from '../../../src/otel/index.js'
import { recordingContext } from '../../otel/recording-context.js'
import { type OtlpSink, otlpSink } from '../sink/otlp-sink.js'

let sink: OtlpSink
const open: Telemetry[] = []

beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined)
  sink = await otlpSink()
})

afterEach(async () => {
  for (const otel of open.splice(0)) await otel.shutdown()
  await sink.close()
  vi.unstubAllEnvs()
})

/** Telemetry to the sink; it collects only when told to. */
async function setUp(settings: TelemetrySettings = {}, endpoint: string | undefined = sink.url): Promise<Telemetry> {
  const otel = await telemetry({ service: 'shop', every: '1h', ...(endpoint && { endpoint }), ...settings })
  open.push(otel)
  return otel
}

describe.each(['json', 'protobuf'] as const)('over OTLP/HTTP %s', (format) => {
  beforeEach(() => vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', `http/${format}`))

  test.each([undefined, 'gzip'])(
    'metrics of every kind arrive as they were recorded (compression: %s)',
    async (compression) => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', compression)
      const { meterProvider, forceFlush } = await setUp({ attributes: { 'device.id': 'pi-7' } })
      const meter = meterProvider.getMeter('app', '1.0')
      meter.createCounter('calls', { unit: '{call}' }).add(3, { route: '/pay', ok: true, code: 200, share: 0.5 })
      meter.createUpDownCounter('queue').add(-2)
      meter.createGauge('heat', { unit: 'Cel' }).record(41.5)
      const latency = meter.createHistogram('latency', { unit: 's' })
      for (const seconds of [0.1, 0.2, 0.4]) latency.record(seconds)
      await forceFlush()
      expect(sink.batches[0]).toMatchObject({ format, gzip: compression === 'gzip', path: '/v1/metrics' })
      const [calls] = sink.points('calls')
      expect(calls).toMatchObject({
        kind: 'sum',
        unit: '{call}',
        monotonic: true,
        temporality: 'cumulative',
        value: 3,
        scope: 'app',
      })
      expect(calls?.attributes).toEqual({ route: '/pay', ok: true, code: 200, share: 0.5 })
      expect(calls?.resource).toMatchObject({
        'service.name': 'shop',
        'device.id': 'pi-7',
        'telemetry.sdk.language': 'nodejs',
      })
      expect(Math.abs((calls?.time ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(sink.points('queue')[0]).toMatchObject({ kind: 'sum', monotonic: false, value: -2 })
      expect(sink.points('heat')[0]).toMatchObject({ kind: 'gauge', unit: 'Cel', value: 41.5 })
      const [histogram] = sink.points('latency')
      expect(histogram).toMatchObject({ kind: 'exponentialHistogram', count: 3 })
      expect(histogram?.sum).toBeCloseTo(0.7)
      expect(histogram?.buckets?.reduce((sum, count) => sum + count, 0)).toBe(3)
    },
  )

  test('what the monitor finds arrives as metrics and as log events', async () => {
    const otel = await setUp()
    const monitor = createMonitor({
      service: 'shop',
      observe: [otel.source, check('db', () => Promise.reject(new Error('refused')), { every: '100ms', failAfter: 1 })],
      telemetry: otel,
      tick: 20,
    })
    await monitor.start()
    await sink.until((it) => it.events('pi_uptime.incident').length > 0)
    await otel.forceFlush()
    await monitor.stop()
    const [incident] = sink.events('pi_uptime.incident')
    expect(incident?.attributes['pi_uptime.state']).toBe('open')
    expect(incident?.resource['service.name']).toBe('shop')
    expect(incident?.body).toBe(monitor.incidents()[0]?.title)
    expect(sink.events('pi_uptime.health').map(({ body }) => body)).toContain('shop is fail: db')
    expect(sink.points('pi_uptime.check.status')[0]).toMatchObject({
      value: 0,
      attributes: { 'pi_uptime.check.name': 'db' },
    })
    expect(sink.points('pi_uptime.incidents')[0]).toMatchObject({ kind: 'sum', monotonic: true, value: 1 })
    expect(sink.batches.every((batch) => batch.format === format)).toBe(true)
  })
})

test('what is exported is observed', async () => {
  const otel = await setUp()
  const context = recordingContext()
  otel.source.start(() => {}, context)
  const latency = otel.meterProvider.getMeter('app').createHistogram('latency', { unit: 's' })
  for (let i = 0; i < 3; i++) {
    for (let k = 1; k <= 100; k++) latency.record(k / 1000)
    await context.clock.advance('10s')
    await otel.forceFlush()
    await context.clock.advance(0)
  }
  expect(sink.points('latency').length).toBe(3)
  expect(context.values('latency.rate')).toEqual([10, 10])
  expect(context.last('latency.p95')).toBeCloseTo(0.095, 2)
})

test('the environment says where and what, as the specification has it', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', sink.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=blue')
  vi.stubEnv('OTEL_SERVICE_NAME', 'named')
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=outranked,place=caf%C3%A9%2C%20k%3Dv')
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta')
  vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'explicit_bucket_histogram')
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '100')
  const otel = await telemetry()
  open.push(otel)
  expect(otel.service).toBe('named')
  const latency = otel.meterProvider
    .getMeter('app')
    .createHistogram('latency', { advice: { explicitBucketBoundaries: [1, 2] } })
  latency.record(1.5)
  await sink.until((it) => it.points('latency').length > 0)
  const [point] = sink.points('latency')
  expect(point).toMatchObject({ kind: 'histogram', temporality: 'delta', buckets: [0, 1, 0] })
  expect(point?.resource).toMatchObject({ 'service.name': 'named', place: 'café, k=v' })
  expect(sink.batches[0]?.headers['x-tenant']).toBe('blue')
})

test('what is given outranks the environment, and that outranks the defaults', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'named')
  expect((await setUp({ service: 'given' })).service).toBe('given')
  vi.stubEnv('OTEL_SERVICE_NAME', undefined)
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=attributed')
  const other = await telemetry({ endpoint: sink.url })
  open.push(other)
  expect(other.service).toBe('attributed')
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=lost,not%percent')
  const last = await telemetry({ endpoint: sink.url })
  open.push(last)
  expect(last.service).toMatch(/^unknown_service/)
})

test('OTEL_SDK_DISABLED switches everything off but the calls', async () => {
  vi.stubEnv('OTEL_SDK_DISABLED', 'true')
  const otel = await setUp()
  otel.meterProvider.getMeter('app').createCounter('calls').add(1)
  const monitor = createMonitor({ service: 'shop', observe: [otel.source], telemetry: otel })
  await monitor.start()
  await otel.forceFlush()
  await monitor.stop()
  await otel.shutdown()
  expect(otel.loggerProvider).toBeUndefined()
  expect(sink.requests).toBe(0)
})

test('OTEL_METRICS_EXPORTER=none observes and sends nothing', async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none')
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'none')
  const otel = await setUp()
  const context = recordingContext()
  otel.source.start(() => {}, context)
  otel.meterProvider.getMeter('app').createGauge('heat').record(7)
  await otel.forceFlush()
  await context.clock.advance(0)
  expect(context.values('heat')).toEqual([7])
  expect(otel.loggerProvider).toBeUndefined()
  expect(sink.requests).toBe(0)
})

test('the providers are registered globally where none is, and taken back at the end', async () => {
  const first = await setUp()
  expect(metricsApi.getMeterProvider()).toBe(first.meterProvider)
  const second = await setUp()
  expect(metricsApi.getMeterProvider()).toBe(first.meterProvider)
  metricsApi.getMeter('app').createCounter('calls').add(1)
  logsApi.getLogger('app').emit({ eventName: 'hello', body: 'there' })
  await first.forceFlush()
  expect(sink.points('calls').length).toBe(1)
  expect(sink.events('hello')[0]?.body).toBe('there')
  await second.shutdown()
  expect(metricsApi.getMeterProvider()).toBe(first.meterProvider)
  await first.shutdown()
  expect(metricsApi.getMeterProvider()).not.toBe(first.meterProvider)
})

test('with global: false nothing is registered', async () => {
  const before = metricsApi.getMeterProvider()
  await setUp({ global: false })
  expect(metricsApi.getMeterProvider()).toBe(before)
})

test.each(['hang', 503] as const)(
  'a receiver that answers %s does not hold the shutdown up beyond its deadline',
  async (how) => {
    const otel = await setUp({ deadline: '500ms' })
    otel.meterProvider.getMeter('app').createCounter('calls').add(1)
    otel.loggerProvider
      ?.getLogger('app')
      .emit({ eventName: 'bye', severityNumber: 9, severityText: 'INFO', body: '', attributes: {} })
    sink.answer(how)
    const began = performance.now()
    await otel.forceFlush()
    await otel.shutdown()
    await otel.shutdown()
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(sink.requests).toBeGreaterThan(0)
    expect(sink.batches.length).toBe(0)
  },
)

test('with nobody at the other end, observing goes on', async () => {
  const closed = await otlpSink()
  await closed.close()
  const otel = await setUp({ endpoint: closed.url, deadline: '300ms' })
  const context = recordingContext()
  otel.source.start(() => {}, context)
  const heat = otel.meterProvider.getMeter('app').createGauge('heat')
  heat.record(1)
  await otel.forceFlush()
  await context.clock.advance(0)
  expect(context.values('heat')).toEqual([1])
})

test('an exporter of one’s own is used in place of OTLP, with its own preferences', async () => {
  const got: unknown[] = []
  const otel = await setUp({
    exporter: {
      export(batch, done) {
        got.push(...batch.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ dataPointType }) => dataPointType)))
        done({ code: 0 })
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  })
  otel.meterProvider.getMeter('app').createHistogram('latency').record(1)
  await otel.forceFlush()
  expect(got).toEqual([0])
  expect(sink.points().length).toBe(0)
})

test('nonsense is refused when building', async () => {
  for (const wrong of [
    { every: '1ms' },
    { endpoint: 'collector:4318' },
    { service: '' },
    { histograms: 'summary' },
    { deadline: '1h' },
    { exporter: {} },
    { maxSeries: 0 },
  ]) {
    await expect(telemetry(wrong as never)).rejects.toThrow(ConfigError)
  }
})
