import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/edge/system-clock.js'
import { tee } from '../../src/otel/tee.js'
import { app } from './app.js'
import { recordingContext } from './recording-context.js'

const { DELTA, CUMULATIVE } = AggregationTemporality

/** What an app does between two collections: which counter, gauge or histogram gets which value. */
const step = fc.record({
  of: fc.constantFrom('calls', 'queue', 'latency'),
  route: fc.integer({ min: 0, max: 5 }),
  value: fc.integer({ min: 0, max: 1000 }),
})
const story = fc.array(fc.array(step, { maxLength: 15 }), { minLength: 2, maxLength: 6 })
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never

async function tell(intervals: Story, options: Parameters<typeof app>[0]) {
  const { meter, context, collect, tee } = app(options)
  const calls = meter.createCounter('calls')
  const queue = meter.createUpDownCounter('queue')
  const latency = meter.createHistogram('latency')
  const beat = meter.createCounter('beat')
  for (let route = 0; route <= 5; route++) {
    calls.add(0, { route })
    queue.add(0, { route })
    latency.record(0, { route })
  }
  beat.add(1)
  await collect()
  context.clear()
  for (const steps of intervals) {
    beat.add(1)
    for (const { of, route, value } of steps) {
      if (of === 'calls') calls.add(value, { route })
      if (of === 'queue') queue.add(value - 500, { route })
      if (of === 'latency') latency.record(value, { route })
    }
    await collect()
  }
  const seen = Object.fromEntries(context.names().map((name) => [name, context.values(name)]))
  return { seen, stats: tee.stats() }
}

test('delta, cumulative and split exports of the same story give the same rates, levels, means and quantiles', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.integer({ min: 1, max: 12 }), async (intervals, maxExportBatchSize) => {
      const whole = (await tell(intervals, { temporality: CUMULATIVE })).seen
      const delta = (await tell(intervals, { temporality: DELTA })).seen
      const split = (await tell(intervals, { temporality: CUMULATIVE, reader: { maxExportBatchSize } })).seen
      expect(split).toEqual(whole)
      // a cumulative histogram knows the smallest and largest value since the start only: its quantiles may lie elsewhere in the bucket
      const exact = (seen: typeof whole) => Object.entries(seen).filter(([name]) => !/\.p\d\d\{/.test(name))
      expect(exact(delta)).toEqual(exact(whole))
      expect(Object.keys(delta)).toEqual(Object.keys(whole))
      for (const [name, values] of Object.entries(whole)) expect(delta[name]?.length).toBe(values.length)
    }),
    { numRuns: 40 },
  )
})

test('series that come and go for ever stay bounded, and each is observed under its own name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }), { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 3, max: 30 }),
      async (rounds, maxSeries) => {
        const { meter, context, collect, tee } = app({ temporality: DELTA, maxSeries, forget: '20s' })
        const heat = meter.createGauge('heat')
        let points = 0
        for (const [round, users] of rounds.entries()) {
          for (const user of users) heat.record(user * 1000 + round, { user })
          points += users.length
          await collect()
          expect(tee.stats().series).toBeLessThanOrEqual(maxSeries)
        }
        let observed = 0
        for (const name of context.names()) {
          const user = Number(/user=(\d+)/.exec(name)?.[1])
          for (const value of context.values(name)) expect(Math.floor(value / 1000)).toBe(user)
          observed += context.values(name).length
        }
        expect(observed + tee.stats().overflowed).toBe(points)
      },
    ),
    { numRuns: 60 },
  )
})

/** A clock of which every look costs a tenth of a millisecond, so that a pass has a length. */
function slowClock() {
  let time = 0
  const turns: number[] = []
  const clock = {
    now: () => time,
    elapsed() {
      time += 0.1
      return time
    },
    async sleep() {
      turns.push(time)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return { clock, turns }
}

test('a long pass is cut into stretches of about a millisecond, and a second one does not begin before it has ended', async () => {
  const { clock, turns } = slowClock()
  const context = { ...recordingContext(), clock }
  const metrics = tee({ export() {}, forceFlush: async () => {}, shutdown: async () => {} })
  metrics.start(() => {}, context)
  const batch = (value: number) => {
    const endTime = [value, 0]
    const dataPoints = Array.from({ length: 2000 }, (_, i) => ({
      attributes: { i },
      startTime: [0, 0],
      endTime,
      value,
    }))
    const metric = { descriptor: { name: 'heat', unit: '' }, dataPointType: 2, aggregationTemporality: 1, dataPoints }
    return { resource: {}, scopeMetrics: [{ scope: { name: 'app' }, metrics: [metric] }] } as never
  }
  metrics.export(batch(1), () => {})
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(metrics.stats().passes).toBe(0)
  for (let value = 2; value <= 5; value++) metrics.export(batch(value), () => {})
  while (metrics.stats().passes < 2) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(metrics.stats()).toMatchObject({ passes: 2, coalesced: 3, series: 2000 })
  expect(metrics.stats().longestStretch).toBeLessThan(1.5)
  expect(turns.length).toBeGreaterThan(20)
  const values = context.names().map((name) => context.values(name))
  expect(values).toEqual(new Array(2000).fill([1, 5]))
})

test('the SDK does not change what it has handed out while the pass still walks it', async () => {
  for (const temporality of [CUMULATIVE, DELTA]) {
    const { meter, context, provider } = app({ temporality })
    const calls = meter.createCounter('calls')
    const latency = meter.createHistogram('latency', { advice: { explicitBucketBoundaries: [1, 2, 3] } })
    const serve = (times: number, duration: number) => {
      for (let i = 0; i < times; i++) {
        calls.add(1)
        latency.record(duration)
      }
    }
    serve(10, 1)
    await provider.forceFlush()
    await context.clock.advance('10s')
    serve(20, 2)
    await provider.forceFlush()
    // the batch is waiting for its turn: what comes now belongs to the next one
    serve(1000, 3)
    await context.clock.advance(0)
    expect(context.last('calls.rate')).toBe(2)
    expect(context.last('latency.rate')).toBe(2)
    expect(context.last('latency.mean')).toBe(2)
    expect(context.last('latency.p99')).toBeLessThanOrEqual(2)
  }
})

test('ten thousand series under the machine’s clock are all observed, with turns in between', async () => {
  const context = recordingContext()
  const live = { ...context, clock: Object.assign(systemClock(), {}) as never }
  const { meter, provider, tee } = app({ reader: { cardinalityLimits: { default: 20_000 } }, context: live })
  const heat = meter.createGauge('heat')
  for (let i = 0; i < 10_000; i++) heat.record(i, { i })
  await provider.forceFlush()
  let turns = 0
  while (tee.stats().passes < 1) {
    turns++
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(turns).toBeGreaterThan(2)
  expect(context.names().length).toBe(10_000)
  expect(context.values('heat{i=1234}')).toEqual([1234])
})
