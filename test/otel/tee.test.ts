import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { tee } from '../../src/otel/tee.js'
import { app } from './app.js'

const { DELTA, CUMULATIVE } = AggregationTemporality
const both = [
  { name: 'cumulative', temporality: CUMULATIVE },
  { name: 'delta', temporality: DELTA },
]

describe.each(both)('with $name temporality', ({ temporality }) => {
  test('a counter becomes its rate a second, from the second sight on', async () => {
    const { meter, context, collect } = app({ temporality })
    const bytes = meter.createCounter('net.io', { unit: 'By' })
    bytes.add(500, { direction: 'in' })
    await collect()
    expect(context.names()).toEqual([])
    for (const more of [300, 50]) {
      bytes.add(more, { direction: 'in' })
      await collect()
    }
    expect(context.names()).toEqual(['net.io.rate{direction=in}'])
    expect(context.values('net.io.rate{direction=in}')).toEqual([30, 5])
    expect(context.unit('net.io.rate{direction=in}')).toBe('By/s')
  })

  test('a counter that stands still has a rate of 0', async () => {
    const { meter, context, collect } = app({ temporality })
    const calls = meter.createCounter('calls', { unit: '{call}' })
    const others = meter.createCounter('others')
    calls.add(1)
    for (let i = 0; i < 4; i++) {
      others.add(10)
      await collect()
    }
    expect(context.values('calls.rate')).toEqual([0, 0, 0])
    expect(context.values('others.rate')).toEqual([1, 1, 1])
  })

  test('an observable counter becomes its rate, and after a reset counts from 0', async () => {
    const { meter, context, collect } = app({ temporality })
    let total = 1000
    meter.createObservableCounter('cpu', { unit: 's' }).addCallback((result) => result.observe(total, { core: 0 }))
    for (total of [1000, 1040, 25, 45]) await collect()
    expect(context.values('cpu.rate{core=0}')).toEqual([4, 2.5, 2])
    expect(context.unit('cpu.rate{core=0}')).toBe('s/s')
  })

  test('an up-down counter and gauges pass as they are', async () => {
    const { meter, context, collect } = app({ temporality })
    const queue = meter.createUpDownCounter('queue', { unit: '{job}' })
    const heat = meter.createGauge('heat', { unit: 'Cel' })
    meter.createObservableGauge('load').addCallback((result) => result.observe(0.25))
    meter.createObservableUpDownCounter('pool').addCallback((result) => result.observe(7))
    for (const step of [5, -2, -4]) {
      queue.add(step)
      heat.record(40 + step)
      await collect()
    }
    expect(context.values('queue')).toEqual([5, 3, -1])
    expect(context.values('heat')).toEqual([45, 38, 36])
    expect(context.values('load')).toEqual([0.25, 0.25, 0.25])
    expect(context.values('pool')).toEqual([7, 7, 7])
    expect(context.unit('heat')).toBe('Cel')
    expect(context.unit('load')).toBe('1')
  })

  test('an up-down counter that stands still keeps its level', async () => {
    const { meter, context, collect } = app({ temporality })
    const queue = meter.createUpDownCounter('queue')
    const others = meter.createCounter('others')
    queue.add(3)
    for (let i = 0; i < 3; i++) {
      others.add(1)
      await collect()
    }
    expect(context.values('queue')).toEqual([3, 3, 3])
  })

  test.each([
    {
      kind: 'explicit',
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 2, 3, 4, 5] } },
    },
    { kind: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
  ] satisfies { kind: string; aggregation: AggregationOption }[])(
    'a $kind histogram becomes rate, mean and quantiles of the interval',
    async ({ aggregation }) => {
      const { meter, context, collect } = app({
        temporality,
        provider: { views: [{ instrumentName: '*', aggregation }] },
      })
      const latency = meter.createHistogram('latency', { unit: 's' })
      for (let i = 0; i < 100; i++) latency.record(4.5, { route: '/pay' })
      await collect()
      context.clear()
      for (let i = 1; i <= 100; i++) latency.record(i / 50, { route: '/pay' })
      await collect()
      const of = (suffix: string) => context.values(`latency${suffix}{route=/pay}`)
      expect(of('.rate')).toEqual([10])
      expect(of('.mean')[0]).toBeCloseTo(1.01)
      expect(of('.p50')[0]).toBeCloseTo(1, 1)
      expect(of('.p95')[0]).toBeCloseTo(1.9, 1)
      expect(of('.p99')[0]).toBeCloseTo(1.98, 1)
      expect(context.unit('latency.p95{route=/pay}')).toBe('s')
      expect(context.unit('latency.rate{route=/pay}')).toBe('1/s')
    },
  )

  test('a histogram that takes nothing in has a rate of 0 and no mean or quantiles', async () => {
    const { meter, context, collect } = app({ temporality })
    const latency = meter.createHistogram('latency')
    const others = meter.createCounter('others')
    latency.record(3)
    others.add(1)
    await collect()
    context.clear()
    others.add(1)
    await collect()
    expect(context.values('latency.rate')).toEqual([0])
    expect(context.names()).toEqual(['latency.rate', 'others.rate'])
  })

  test('a flush right after a collection makes no burst, and loses nothing', async () => {
    const { meter, context, collect, provider } = app({ temporality })
    const calls = meter.createCounter('calls')
    const latency = meter.createHistogram('latency')
    const serve = () => {
      calls.add(1)
      latency.record(1)
    }
    serve()
    await collect()
    serve()
    await provider.forceFlush()
    await context.clock.advance(20)
    serve()
    await collect()
    expect(context.values('calls.rate').length).toBe(1)
    expect(context.last('calls.rate')).toBeCloseTo(0.2, 2)
    expect(context.last('latency.rate')).toBeCloseTo(0.2, 2)
  })

  test('a wall clock that jumps does not touch the rates', async () => {
    const { meter, context, collect } = app({ temporality })
    const calls = meter.createCounter('calls')
    for (const jump of [0, 1e12, -2e12, 0]) {
      calls.add(20)
      context.clock.jump(jump)
      await collect()
    }
    expect(context.values('calls.rate')).toEqual([2, 2, 2])
  })

  test('attributes in another order are the same series', async () => {
    const { meter, context, collect } = app({ temporality })
    const calls = meter.createCounter('calls')
    calls.add(10, { a: 1, b: 'x' })
    await collect()
    calls.add(10, { b: 'x', a: 1 })
    await collect()
    calls.add(10, { a: 1, b: 'x' })
    await collect()
    expect(context.values('calls.rate{a=1,b=x}')).toEqual([1, 1])
  })

  test('hostile attributes neither throw nor mix series up', async () => {
    const { meter, context, collect, tee } = app({ temporality })
    const calls = meter.createCounter('calls')
    const sets: Record<string, unknown>[] = [
      {},
      { '': 'empty key' },
      { a: '1' },
      { a: 1 },
      { a: true },
      { a: ['1', '2'] },
      { a: null },
      { a: Number.NaN, b: 1 },
      JSON.parse('{"__proto__":"x","constructor":"y"}'),
      { 'a\u0000b': '\ud800', long: 'x'.repeat(10_000) },
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i])),
    ]
    for (let round = 0; round < 3; round++) {
      for (const [i, set] of sets.entries()) calls.add(10 * (i + 1), structuredClone(set) as never)
      await collect()
    }
    expect(context.faults).toEqual([])
    expect(tee.stats().series).toBe(sets.length)
    const rates = context.bound.filter((signal) => signal.name === 'calls.rate')
    expect(rates.length).toBe(sets.length)
    expect(context.values('calls.rate')).toEqual([1, 1])
  })

  test('a NaN or infinite recording goes to the door of its own series and poisons no other', async () => {
    const { meter, context, collect } = app({ temporality })
    const calls = meter.createUpDownCounter('calls')
    const latency = meter.createHistogram('latency', { advice: { explicitBucketBoundaries: [1, 2] } })
    const heat = meter.createGauge('heat')
    for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY, 1]) {
      calls.add(value, { of: 'bad' })
      calls.add(1, { of: 'good' })
      heat.record(value)
      latency.record(value)
      await collect()
    }
    expect(context.values('calls{of=good}')).toEqual([1, 2, 3, 4])
    expect(context.values('heat')).toEqual([1, Number.NaN, Number.POSITIVE_INFINITY, 1])
    expect(context.faults).toEqual([])
    for (const quantile of ['.p50', '.p95', '.p99']) {
      for (const value of context.values(`latency${quantile}`)) expect(value).toBeLessThanOrEqual(2)
    }
  })

  test('past the limit, data points are counted and the series known keep going', async () => {
    const { meter, context, collect, tee } = app({ temporality, maxSeries: 3 })
    const calls = meter.createCounter('calls')
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 5; i++) calls.add(10, { i })
      await collect()
    }
    expect(tee.stats()).toMatchObject({ series: 3, overflowed: 6 })
    expect(context.names()).toEqual(['calls.rate{i=0}', 'calls.rate{i=1}', 'calls.rate{i=2}'])
    expect(context.values('pi_uptime.dropped{pi_uptime.part=tee,pi_uptime.dropped.cause=too many series}')).toEqual([
      2, 2, 2,
    ])
  })

  test('our own metrics are left alone', async () => {
    const { meter, context, collect, tee } = app({ temporality })
    meter.createObservableGauge('pi_uptime.signals').addCallback((result) => result.observe(12))
    await collect()
    await collect()
    expect(context.names()).toEqual([])
    expect(tee.stats()).toMatchObject({ series: 0, passes: 2 })
  })

  test('two scopes with the same metric are two series', async () => {
    const { provider, context, collect } = app({ temporality })
    const one = provider.getMeter('one').createGauge('depth')
    const two = provider.getMeter('two').createGauge('depth')
    for (const value of [1, 2]) {
      one.record(value)
      two.record(value + 100)
      await collect()
    }
    expect(context.values('depth')).toEqual([1, 2])
    expect(context.values('depth{otel.scope.name=two}')).toEqual([101, 102])
  })

  test('an export in several batches gives the same observations as in one', async () => {
    const run = async (maxExportBatchSize?: number) => {
      const reader = maxExportBatchSize ? { maxExportBatchSize } : {}
      const { meter, context, collect } = app({ temporality, reader })
      const calls = meter.createCounter('calls')
      const heat = meter.createGauge('heat')
      const latency = meter.createHistogram('latency')
      const seen: Record<string, readonly number[]> = {}
      for (let round = 1; round <= 5; round++) {
        for (let i = 0; i < 7; i++) {
          calls.add(round * i, { i })
          if (i !== round) heat.record(i, { i })
          latency.record(i, { i })
        }
        await collect()
      }
      for (const name of context.names()) seen[name] = context.values(name)
      return seen
    }
    const whole = await run()
    expect(Object.keys(whole).length).toBe(7 * 7)
    expect(await run(4)).toEqual(whole)
  })
})

test('a delta counter in an export of several batches is 0 while it stands still', async () => {
  const { meter, context, collect } = app({ temporality: DELTA, reader: { maxExportBatchSize: 2 } })
  const calls = meter.createCounter('calls')
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 5; i++) if (i > 0 || round < 2) calls.add(10, { i })
    await collect()
  }
  expect(context.values('calls.rate{i=0}').slice(0, 3)).toEqual([1, 0, 0])
  for (let i = 1; i < 5; i++) expect(context.values(`calls.rate{i=${i}}`)).toEqual([1, 1, 1, 1, 1])
})

test('series that are no longer reported are dropped after a while, and label churn finds room', async () => {
  const { meter, context, collect, tee } = app({ temporality: DELTA, maxSeries: 120, forget: '1m' })
  const calls = meter.createCounter('calls')
  for (let round = 0; round < 50; round++) {
    calls.add(10, { user: 'steady' })
    for (let i = 0; i < 10; i++) calls.add(1, { user: `${round}-${i}` })
    await collect()
    expect(tee.stats().series).toBeLessThanOrEqual(120)
  }
  expect(context.values('calls.rate{user=steady}')).toEqual(new Array(49).fill(1))
  expect(tee.stats().overflowed).toBe(0)
})

test('without time to forget, room is made from what the last collection left out', async () => {
  const { meter, context, collect, tee } = app({ temporality: DELTA, maxSeries: 20, forget: '1d' })
  const calls = meter.createCounter('calls')
  for (let round = 0; round < 20; round++) {
    calls.add(10, { user: 'steady' })
    for (let i = 0; i < 10; i++) calls.add(1, { user: `${round}-${i}` })
    await collect()
  }
  expect(tee.stats().series).toBeLessThanOrEqual(20)
  expect(tee.stats().overflowed).toBeLessThan(120)
  expect(context.values('calls.rate{user=steady}')).toEqual(new Array(19).fill(1))
})

test('the exporter gets every call as it came, before and after the monitor has started', async () => {
  const calls: unknown[][] = []
  const inner = {
    export: (...args: unknown[]) => void calls.push(['export', ...args]),
    forceFlush: async () => void calls.push(['forceFlush']),
    shutdown: async () => void calls.push(['shutdown']),
    selectAggregation: (type: unknown) => ({ type: 5, asked: type }),
    selectAggregationTemporality: () => DELTA,
  }
  const outer = tee(inner as never)
  const batch = { resource: {}, scopeMetrics: [] } as never
  const done = () => {}
  outer.export(batch, done)
  await outer.forceFlush()
  await outer.shutdown()
  expect(calls).toEqual([['export', batch, done], ['forceFlush'], ['shutdown']])
  expect(calls[0]?.[2]).toBe(done)
  expect(outer.selectAggregation?.('HISTOGRAM' as never)).toEqual({ type: 5, asked: 'HISTOGRAM' })
  expect(outer.selectAggregationTemporality?.('COUNTER' as never)).toBe(DELTA)
})

test('an exporter without preferences is not given any', () => {
  const outer = tee({ export() {}, forceFlush: async () => {}, shutdown: async () => {} })
  expect('selectAggregation' in outer).toBe(false)
  expect('selectAggregationTemporality' in outer).toBe(false)
})

test('the exporter has been called before any observing is done', async () => {
  const { meter, context, exporter, provider } = app()
  meter.createGauge('heat').record(1)
  await context.clock.advance('10s')
  await provider.forceFlush()
  expect(exporter.getMetrics().length).toBe(1)
  expect(context.names()).toEqual([])
  await context.clock.advance(0)
  expect(context.names()).toEqual(['heat'])
})

test('an exporter that throws or fails fails for its reader only, and is observed all the same', async () => {
  const { context } = app()
  const broken = tee({
    export() {
      throw new Error('no route')
    },
    forceFlush: () => Promise.reject(new Error('no flush')),
    shutdown: () => Promise.reject(new Error('no end')),
  })
  broken.start(() => {}, context)
  const endTime = [1, 0]
  const point = { attributes: {}, startTime: [0, 0], endTime, value: 3 }
  const metric = {
    descriptor: { name: 'heat', unit: '' },
    dataPointType: 2,
    aggregationTemporality: 1,
    dataPoints: [point],
  }
  const batch = { resource: {}, scopeMetrics: [{ scope: { name: 'app' }, metrics: [metric] }] } as never
  expect(() => broken.export(batch, () => {})).toThrow('no route')
  await expect(broken.forceFlush()).rejects.toThrow('no flush')
  await expect(broken.shutdown()).rejects.toThrow('no end')
  await context.clock.advance(0)
  expect(context.values('heat')).toEqual([3])
})

test('a malformed batch is a fault and nothing else', async () => {
  const { context, tee } = app()
  const none = tee as unknown as { export(batch: unknown, done: () => void): void }
  const inner = () => {}
  for (const batch of [{}, { scopeMetrics: null }, { scopeMetrics: [{ metrics: [{}] }] }]) {
    try {
      none.export(batch, inner)
    } catch {
      // the exporter's own answer
    }
    await context.clock.advance('1s')
  }
  expect(context.faults.length).toBe(3)
})

test('a data point that cannot be taken leaves the others be, and is one fault a pass', async () => {
  const { context, tee } = app()
  const point = (value: unknown, i: number) => ({ attributes: { i }, startTime: [0, 0], endTime: [1, 0], value })
  const batch = (at: number) => ({
    resource: {},
    scopeMetrics: [
      {
        scope: { name: 'app' },
        metrics: [
          {
            descriptor: { name: 'calls', unit: '' },
            dataPointType: 3,
            isMonotonic: true,
            aggregationTemporality: 1,
            dataPoints: [point(10n, 0), point(10 * at, 1), point(null, 2), point(20 * at, 3)].map((p) => ({
              ...p,
              endTime: [at, 0],
            })),
          },
        ],
      },
    ],
  })
  for (const at of [1, 2, 3]) {
    tee.export(batch(at) as never, () => {})
    await context.clock.advance('10s')
  }
  expect(context.values('calls.rate{i=1}')).toEqual([1, 1])
  expect(context.values('calls.rate{i=3}')).toEqual([2, 2])
  expect(context.faults.length).toBeLessThanOrEqual(3)
})

test('when the monitor stops, the tee goes on forwarding and observes no more', async () => {
  const { meter, context, collect, exporter } = app()
  const heat = meter.createGauge('heat')
  heat.record(1)
  await collect()
  context.stop()
  heat.record(2)
  await collect()
  expect(context.values('heat')).toEqual([1])
  expect(exporter.getMetrics().length).toBe(2)
  expect(context.clock.sleepers).toBe(0)
})

test('a batch that comes while cumulative ones wait replaces them; delta ones wait their turn', async () => {
  for (const { temporality } of both) {
    const { meter, context, provider, tee } = app({ temporality })
    const calls = meter.createCounter('calls')
    calls.add(1)
    await provider.forceFlush()
    await context.clock.advance('10s')
    for (let i = 0; i < 3; i++) {
      calls.add(10)
      await provider.forceFlush()
    }
    await context.clock.advance('10s')
    calls.add(10)
    await provider.forceFlush()
    await context.clock.advance(0)
    const sum = context.values('calls.rate').reduce((total, rate) => total + rate * 10, 0)
    expect(sum).toBeCloseTo(40)
    expect(tee.stats().coalesced).toBe(temporality === CUMULATIVE ? 2 : 0)
    expect(tee.stats().lost).toBe(0)
  }
})

test('a flood of delta batches is bounded, and what is lost is counted and told', async () => {
  const { meter, context, provider, tee } = app({ temporality: DELTA, maxSeries: 2 })
  const calls = meter.createCounter('calls')
  for (let i = 0; i < 30; i++) {
    calls.add(10)
    await provider.forceFlush()
  }
  await context.clock.advance('10s')
  expect(tee.stats().lost).toBe(22)
  expect(tee.stats().passes).toBe(8)
  expect(
    context.values('pi_uptime.dropped{pi_uptime.part=tee,pi_uptime.dropped.cause=too many batches waiting}')[0],
  ).toBe(22)
})

test('a cumulative series that the SDK keeps is found by place: no attribute is looked at again', async () => {
  const reads = { count: 0 }
  const { meter, context, collect } = app()
  const calls = meter.createCounter('calls')
  const attributes = Object.defineProperty({}, 'route', {
    enumerable: true,
    get() {
      reads.count++
      return '/pay'
    },
  }) as { route: string }
  calls.add(10, attributes)
  await collect()
  const first = reads.count
  for (let i = 0; i < 5; i++) await collect()
  expect(context.values('calls.rate{route=/pay}')).toEqual([0, 0, 0, 0, 0])
  expect(reads.count).toBe(first)
})

test('two exporters of two providers can be observed under names of their own', () => {
  const exporter = () => new InMemoryMetricExporter(CUMULATIVE)
  expect([tee(exporter()).name, tee(exporter(), { name: 'tee.jobs' }).name]).toEqual(['tee', 'tee.jobs'])
})

test('nonsense is refused when building', () => {
  const exporter = new InMemoryMetricExporter(CUMULATIVE)
  expect(() => tee(undefined as never)).toThrow(ConfigError)
  expect(() => tee({} as never)).toThrow('tee.exporter must be a metric exporter')
  expect(() => tee(exporter, { maxSeries: 0 })).toThrow('tee.maxSeries')
  expect(() => tee(exporter, { forget: '1ms' })).toThrow('tee.forget')
  expect(() => tee(exporter, { name: '' })).toThrow('tee.name')
})
