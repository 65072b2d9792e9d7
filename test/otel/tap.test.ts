import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { sharedView } from '../../src/otel/shared-view.js'
import { tap } from '../../src/otel/tap.js'
import { recordingContext } from './recording-context.js'

const { DELTA, CUMULATIVE } = AggregationTemporality

/** An app with a reader of its own beside the tap. */
function twoReaders(options: { views?: boolean; temporality?: AggregationTemporality; every?: '1s' | '10s' } = {}) {
  const metrics = tap({ every: options.every ?? '10s' })
  const exporter = new InMemoryMetricExporter(options.temporality ?? CUMULATIVE)
  const own = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 86_400_000 })
  const provider = new MeterProvider({ readers: [own, metrics], views: options.views ? [sharedView()] : [] })
  return { metrics, exporter, own, provider, meter: provider.getMeter('app'), context: recordingContext() }
}

test.each([
  { views: false, temporality: CUMULATIVE },
  { views: true, temporality: CUMULATIVE },
  { views: false, temporality: DELTA },
  { views: true, temporality: DELTA },
])(
  'observes every ten seconds beside a reader of the app (shared view: $views, its temporality: $temporality)',
  async (options) => {
    const { metrics, meter, own, context } = twoReaders(options)
    const calls = meter.createCounter('calls')
    const queue = meter.createUpDownCounter('queue')
    const latency = meter.createHistogram('latency', { unit: 's' })
    calls.add(5)
    latency.record(1)
    void metrics.start(() => {}, context)
    await context.clock.advance(0)
    for (let i = 1; i <= 3; i++) {
      calls.add(10 * i)
      queue.add(1)
      for (let k = 0; k < 20; k++) latency.record(0.2)
      await own.collect()
      await context.clock.advance('10s')
    }
    expect(context.values('calls.rate')).toEqual([1, 2, 3])
    expect(context.values('queue')).toEqual([1, 2, 3])
    expect(context.values('latency.rate')).toEqual([2, 2, 2])
    for (const mean of context.values('latency.mean')) expect(mean).toBeCloseTo(0.2)
    // without a view the tap asks for exponential histograms, which see 0.2 where the default boundaries see 0 to 5
    if (!options.views) for (const p95 of context.values('latency.p95')) expect(p95).toBeCloseTo(0.2, 2)
    expect(context.faults).toEqual([])
  },
)

test('what the app exports is the same with a tap beside it, with and without the shared view', async () => {
  const exported = async (beside: boolean, views: boolean) => {
    const exporter = new InMemoryMetricExporter(DELTA)
    const own = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 86_400_000 })
    const metrics = tap()
    const provider = new MeterProvider({ readers: beside ? [own, metrics] : [own], views: views ? [sharedView()] : [] })
    const meter = provider.getMeter('app')
    const context = recordingContext()
    if (beside) void metrics.start(() => {}, context)
    const calls = meter.createCounter('calls')
    const latency = meter.createHistogram('latency')
    for (let i = 0; i < 3; i++) {
      calls.add(i + 1, { i })
      latency.record(7 * i)
      await context.clock.advance('10s')
      await provider.forceFlush()
    }
    return exporter
      .getMetrics()
      .map(({ scopeMetrics }) =>
        scopeMetrics.map(({ metrics: list }) =>
          list.map(({ descriptor, dataPoints }) => [
            descriptor.name,
            dataPoints.map(({ attributes, value }) => [attributes, value]),
          ]),
        ),
      )
  }
  const alone = await exported(false, false)
  expect(await exported(true, false)).toEqual(alone)
  expect(await exported(true, true)).toEqual(alone)
})

test('with the shared view an add is done once, without it once for each reader', () => {
  for (const { views, times } of [
    { views: true, times: 1 },
    { views: false, times: 2 },
  ]) {
    const { meter } = twoReaders({ views })
    let reads = 0
    const attributes = Object.defineProperty({}, 'route', {
      enumerable: true,
      get() {
        reads++
        return '/pay'
      },
    })
    const calls = meter.createCounter('calls')
    calls.add(1, attributes)
    const first = reads
    calls.add(1, attributes)
    expect((reads - first) / times).toBe(1)
  }
})

test('goes on collecting after the monitor has stopped, so that the SDK keeps nothing for it, until the provider shuts down', async () => {
  const { metrics, meter, own, provider, context } = twoReaders({ views: true })
  let asked = 0
  meter.createObservableGauge('heat').addCallback((result) => {
    asked++
    result.observe(1)
  })
  void metrics.start(() => {}, context)
  await context.clock.advance('25s')
  expect(asked).toBe(3)
  context.stop()
  await context.clock.advance('10m')
  expect(asked).toBeGreaterThanOrEqual(12)
  expect(context.values('heat').length).toBe(3)
  await own.collect()
  await provider.shutdown()
  const last = asked
  await context.clock.advance('10m')
  expect(asked).toBe(last)
  expect(context.clock.sleepers).toBe(0)
})

test('a monitor that starts again observes again, in one loop', async () => {
  const { metrics, meter, context } = twoReaders()
  let asked = 0
  meter.createObservableGauge('heat').addCallback((result) => {
    asked++
    result.observe(1)
  })
  void metrics.start(() => {}, context)
  await context.clock.advance('10s')
  context.stop()
  await context.clock.advance('5s')
  const again = recordingContext(context.clock)
  const before = asked
  void metrics.start(() => {}, again)
  await context.clock.advance('99s')
  expect(asked - before).toBe(10)
  expect(again.values('heat').length).toBe(10)
})

test('a callback that fails or hangs is a fault, and the other metrics are observed', async () => {
  const { metrics, meter, context } = twoReaders()
  meter.createObservableGauge('broken').addCallback(() => {
    throw new Error('no sensor')
  })
  meter.createGauge('heat').record(42)
  void metrics.start(() => {}, context)
  await context.clock.advance('10s')
  expect(context.values('heat')).toEqual([42, 42])
  expect(context.faults.length).toBe(2)
})

test('a tap that no provider knows says so, and goes on trying', async () => {
  const metrics = tap()
  const context = recordingContext()
  void metrics.start(() => {}, context)
  await context.clock.advance('10s')
  expect(String(context.faults[0])).toContain('not among the readers')
  const provider = new MeterProvider({ readers: [metrics] })
  provider.getMeter('app').createGauge('heat').record(1)
  await context.clock.advance('10s')
  expect(context.values('heat')).toEqual([1])
  expect(() => new MeterProvider({ readers: [metrics] })).toThrow(ConfigError)
})

test('flushing and ending before the monitor has started does nothing and never rejects', async () => {
  const { metrics, provider } = twoReaders()
  await metrics.forceFlush()
  await provider.forceFlush()
  await provider.shutdown()
  expect(metrics.stats().passes).toBe(0)
  await expect(tap().forceFlush()).resolves.toBeUndefined()
})

test('nonsense is refused when building', () => {
  expect(() => tap({ every: '10ms' })).toThrow('tap.every')
  expect(() => tap({ maxSeries: Number.NaN })).toThrow('tap.maxSeries')
})
