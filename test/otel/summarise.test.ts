import { MeterProvider, MetricReader, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import type { Incident } from '../../src/model/index.js'
import { type SummariseOptions, summarise } from '../../src/otel/index.js'
import { virtualClock } from '../../src/testing/index.js'

/** An app with a gauge, a counter and a histogram, collected every ten seconds through summarise(). */
function app(options: SummariseOptions = {}) {
  const clock = virtualClock()
  const sent: ResourceMetrics[] = []
  const exporter: PushMetricExporter = {
    export(metrics, done) {
      sent.push(metrics)
      done({ code: 0 })
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  const thin = summarise(exporter, { clock, ...options })
  class Reader extends MetricReader {
    protected async onForceFlush(): Promise<void> {}
    protected async onShutdown(): Promise<void> {}
  }
  const reader = new Reader({
    aggregationTemporalitySelector: (type) => thin.selectAggregationTemporality?.(type) as never,
  })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('app')
  const state = { depth: 0 }
  meter.createObservableGauge('depth').addCallback((result) => result.observe(state.depth, { queue: 'mail' }))
  const calls = meter.createCounter('calls')
  const latency = meter.createHistogram('latency')
  return {
    ...{ clock, sent, thin, state },
    async run(collections: number, depth: (i: number) => number = () => 5): Promise<void> {
      for (let i = 0; i < collections; i++) {
        state.depth = depth(i)
        calls.add(3)
        latency.record(0.1)
        await clock.advance('10s')
        const { resourceMetrics } = await reader.collect()
        await new Promise<void>((resolve) => thin.export(resourceMetrics, () => resolve()))
      }
    },
    /** The monitor's part: an incident opens or closes, and the order, if there is one, is carried out. */
    async incident(id: string, how: 'open' | 'closed'): Promise<void> {
      for (const order of thin.push(null, { id, state: how } as Incident, clock.now()))
        await thin.perform(order, {} as never)
    },
  }
}

/** The values of a metric in a collection. */
function values(metrics: ResourceMetrics | undefined, name: string): unknown[] {
  const all = metrics?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  return all
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value))
}

test('in calm one summary in five minutes: of a gauge the last, the least and the greatest; counters and histograms whole', async () => {
  const { run, sent, thin } = app()
  await run(90, (i) => (i === 7 ? 99 : i === 20 ? -4 : i))
  expect(sent).toHaveLength(3)
  expect(values(sent[0], 'depth')).toEqual([29])
  expect(values(sent[0], 'depth.min')).toEqual([-4])
  expect(values(sent[0], 'depth.max')).toEqual([99])
  expect(values(sent[1], 'depth.min')).toEqual([30])
  expect(values(sent[2], 'calls')).toEqual([270])
  expect(values(sent[2], 'latency')).toEqual([expect.objectContaining({ count: 90 })])
  expect(thin.stats()).toEqual({ collections: 90, detailed: 0, summaries: 3, lost: 0 })
})

test('an incident ships the minutes before it in full, then everything, and for a while after its end', async () => {
  const { run, sent, incident } = app({ before: '2m', after: '1m' })
  await run(100, (i) => i)
  sent.length = 0
  await incident('i-1', 'open')
  expect(sent.map((one) => values(one, 'depth')[0])).toEqual([87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99])
  await run(5, (i) => 100 + i)
  await incident('i-1', 'open') // worse: nothing is shipped twice
  await incident('i-2', 'open')
  await incident('i-1', 'closed')
  await run(5, (i) => 105 + i)
  await incident('i-2', 'closed')
  await run(5, (i) => 110 + i)
  expect(sent.slice(13).map((one) => values(one, 'depth')[0])).toEqual(Array.from({ length: 15 }, (_, i) => 100 + i))
  await run(40)
  expect(sent.length).toBe(13 + 15 + 1)
  expect(values(sent.at(-1), 'depth.max')).toEqual([5])
})

test('the recorder is bounded: what it has no room for is counted', async () => {
  const { run, sent, incident, thin } = app({ before: '1h', maxPoints: 1_000, every: '1d' })
  await run(400)
  expect(thin.stats().lost).toBe(3 * 400 - 999)
  await incident('i-1', 'open')
  expect(sent).toHaveLength(333)
})

test('what has come since the last summary is sent at a flush and at the end', async () => {
  const { run, sent, thin } = app()
  await run(3, (i) => i)
  await thin.forceFlush()
  expect(values(sent[0], 'depth.max')).toEqual([2])
  await thin.forceFlush()
  expect(sent).toHaveLength(1)
  await run(1)
  await thin.shutdown()
  expect(sent).toHaveLength(2)
})

test.each([
  [{ every: '1s' }, 'summarise.every must be'],
  [{ before: '2h' }, 'summarise.before must be'],
  [{ maxPoints: 1 }, 'summarise.maxPoints must be'],
  [{ colour: 1 }, 'summarise'],
])('nonsense is refused: %j', (options, message) => {
  expect(() => summarise({ export: () => {} } as never, options as never)).toThrow(message)
})
