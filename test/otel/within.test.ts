import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
} from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tee } from '../../src/otel/tee.js'
import { countWithin } from '../../src/otel/within-column.js'
import { app } from './app.js'

const { CUMULATIVE, DELTA } = AggregationTemporality
const explicit = (boundaries: number[]): AggregationOption => ({
  type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
  options: { boundaries },
})
const exponential: AggregationOption = { type: AggregationType.EXPONENTIAL_HISTOGRAM }

function service(temporality: AggregationTemporality, aggregation: AggregationOption, limit = 2) {
  const made = app({
    temporality,
    provider: { views: [{ instrumentName: '*', aggregation }] },
    within: { latency: limit },
  })
  return { ...made, latency: made.meter.createHistogram('latency', { unit: 's' }) }
}

describe.each([
  ['cumulative', CUMULATIVE],
  ['delta', DELTA],
])('of a %s histogram', (_, temporality) => {
  test.each([
    ['explicit, with a bucket that ends at the limit', explicit([1, 2, 3]), 0],
    ['explicit, with the limit inside of a bucket', explicit([1, 3, 5]), 1],
    ['exponential', exponential, 0.1],
  ] as const)(
    '%s: recordings at or below the limit are told a second, those of the interval alone',
    async (__, of, off) => {
      const { latency, collect, context } = service(temporality, of)
      for (let i = 0; i < 50; i++) latency.record(4)
      await collect()
      context.clear()
      for (let i = 1; i <= 100; i++) latency.record(i / 25) // half of them are 2 or less
      await collect()
      expect(context.values('latency.rate')).toEqual([10])
      expect(Math.abs((context.values('latency.within.rate')[0] as number) - 5)).toBeLessThanOrEqual(off)
      expect(context.unit('latency.within.rate')).toBe('1/s')
    },
  )

  test('while nothing comes in it is 0, and a flush right after a collection loses nothing', async () => {
    const { latency, collect, context, provider, meter } = service(temporality, explicit([1, 2, 3]))
    const others = meter.createCounter('others')
    latency.record(1)
    others.add(1)
    await collect()
    context.clear()
    others.add(1)
    await collect()
    expect(context.values('latency.within.rate')).toEqual([0])
    for (let i = 0; i < 10; i++) latency.record(1)
    await provider.forceFlush()
    for (let i = 0; i < 10; i++) latency.record(1)
    await collect()
    expect(context.values('latency.within.rate').reduce((sum, value) => sum + 10 * value, 0)).toBeCloseTo(20, 6)
  })

  test('each series has its own, also when others go', async () => {
    const { latency, collect, context } = service(temporality, explicit([1, 2, 3]))
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) {
        latency.record(1, { route: '/fast' })
        latency.record(3, { route: '/slow' })
      }
      await collect()
    }
    expect(context.last('latency.within.rate{route=/fast}')).toBe(1)
    expect(context.last('latency.within.rate{route=/slow}')).toBe(0)
  })
})

test('a histogram without a limit, and a counter of the name, have no such signal', async () => {
  const { meter, collect, context } = app({ within: { calls: 1 } })
  meter.createHistogram('latency').record(1)
  meter.createCounter('calls').add(1)
  await collect()
  meter.createCounter('calls').add(1)
  await collect()
  expect(context.names().filter((name) => name.includes('within'))).toEqual([])
})

test('whatever the buckets, no more than all and no fewer than none are within', () => {
  const counts = fc.array(fc.nat(50), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(counts, fc.double({ min: 0.01, max: 100, noNaN: true }), (buckets, limit) => {
      const count = buckets.reduce((sum, one) => sum + one, 0)
      const within = countWithin({ buckets: { boundaries: [1, 5, 25], counts: buckets }, count }, limit)
      expect(within).toBeGreaterThanOrEqual(0)
      expect(within).toBeLessThanOrEqual(count)
      expect(within).toBeGreaterThanOrEqual(limit >= 5 ? (buckets[0] as number) + (buckets[1] as number) : 0)
    }),
  )
})

test.each([
  [{ latency: 0 }, "tee.within['latency'] must be a number"],
  ['latency', 'tee.within must be an object of at most 100 limits'],
  [Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`m${i}`, 1])), 'tee.within must be an object'],
])('%o is refused', (within, message) => {
  expect(() => tee(new InMemoryMetricExporter(CUMULATIVE), { within: within as never })).toThrow(message)
})
