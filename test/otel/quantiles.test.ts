import { AggregationType } from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explicitQuantiles } from '../../src/otel/explicit-quantiles.js'
import { exponentialQuantiles } from '../../src/otel/exponential-quantiles.js'
import { QUANTILES } from '../../src/otel/quantiles.js'
import { app } from './app.js'

/** The value that has at least the share `q` of all values at or below it: the definition, by brute force. */
function exact(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] as number
}

/** Of one multiplication and one addition of numbers up to 3,000. */
const ROUNDING = 1e-12

const reals = (min: number, max: number) => fc.double({ min, max, noNaN: true })

describe('explicit buckets', () => {
  const boundaries = fc
    .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 20 })
    .map((list) => list.sort((a, b) => a - b))
  const bucketOf = (edges: readonly number[], value: number) => edges.findIndex((edge) => value <= edge)
  const count = (edges: readonly number[], values: readonly number[]) => {
    const counts = new Array(edges.length + 1).fill(0)
    for (const value of values) counts[bucketOf(edges, value) < 0 ? edges.length : bucketOf(edges, value)]++
    return counts as number[]
  }

  test('each quantile lies in the bucket of the true one, between the smallest and the largest value, in order', () => {
    fc.assert(
      fc.property(boundaries, fc.array(reals(-1500, 1500), { minLength: 1, maxLength: 300 }), (edges, values) => {
        const out = new Float64Array(3)
        const min = Math.min(...values)
        const max = Math.max(...values)
        expect(explicitQuantiles(out, count(edges, values), values.length, edges, min, max)).toBe(true)
        QUANTILES.forEach((q, i) => {
          const truth = exact(values, q)
          const at = bucketOf(edges, truth)
          const low = at === 0 ? -Infinity : at < 0 ? (edges.at(-1) as number) : (edges[at - 1] as number)
          const high = at < 0 ? Infinity : (edges[at] as number)
          expect(out[i]).toBeGreaterThanOrEqual(Math.max(low, min) - ROUNDING)
          expect(out[i]).toBeLessThanOrEqual(Math.min(high, max) + ROUNDING)
        })
        expect(out[0]).toBeLessThanOrEqual((out[1] as number) + ROUNDING)
        expect(out[1]).toBeLessThanOrEqual((out[2] as number) + ROUNDING)
      }),
    )
  })

  test('the difference of two cumulative histograms has the quantiles of what came between, and the counts are brought up to date', () => {
    const lists = fc.array(reals(-1500, 1500), { maxLength: 100 })
    fc.assert(
      fc.property(
        boundaries,
        lists,
        fc.array(reals(-1500, 1500), { minLength: 1, maxLength: 100 }),
        (edges, before, more) => {
          const held = Float64Array.from([7, 7, ...count(edges, before), 7])
          const counts = count(edges, [...before, ...more])
          const between = new Float64Array(3)
          const alone = new Float64Array(3)
          explicitQuantiles(between, counts, more.length, edges, Number.NaN, Number.NaN, held, 2)
          explicitQuantiles(alone, count(edges, more), more.length, edges, Number.NaN, Number.NaN)
          expect(between).toEqual(alone)
          expect([...held]).toEqual([7, 7, ...counts, 7])
        },
      ),
    )
  })

  test('without a known largest value, what lies above the last boundary is the boundary', () => {
    const out = new Float64Array(3)
    explicitQuantiles(out, [0, 0, 5], 5, [1, 2], Number.NaN, Number.NaN)
    expect([...out]).toEqual([2, 2, 2])
  })

  test('counts that do not add up, and hostile limits, make no NaN', () => {
    const out = new Float64Array(3)
    expect(explicitQuantiles(out, [1, 0, 0], 10, [1, 2], 0, 1)).toBe(false)
    for (const wrong of [Number.NaN, Infinity, -Infinity, 1e308, -1e308]) {
      explicitQuantiles(out, [1, 1, 1], 3, [1, 2], wrong, wrong)
      for (const value of out) expect(value).not.toBeNaN()
    }
  })
})

describe('exponential buckets', () => {
  /** As the SDK counts, by the definition: bucket i holds (2^(i / 2^scale), 2^((i + 1) / 2^scale)]. */
  const histogram = (values: readonly number[], scale: number) => {
    const side = (sign: number) => {
      const indexes = values.filter((v) => v * sign > 0).map((v) => Math.ceil(Math.log2(v * sign) * 2 ** scale) - 1)
      const offset = indexes.length > 0 ? Math.min(...indexes) : 0
      const bucketCounts = new Array(indexes.length > 0 ? Math.max(...indexes) - offset + 1 : 0).fill(0) as number[]
      for (const index of indexes) bucketCounts[index - offset] = (bucketCounts[index - offset] as number) + 1
      return { offset, bucketCounts }
    }
    const zeroCount = values.filter((v) => v === 0).length
    return { count: values.length, scale, zeroCount, positive: side(1), negative: side(-1) }
  }
  const magnitude = reals(-8, 8).map((power) => 10 ** power)
  const value = fc.oneof(
    magnitude,
    magnitude.map((v) => -v),
    fc.constant(0),
  )
  const values = fc.array(value, { minLength: 1, maxLength: 200 })

  test('each quantile is within one bucket of the true one, for either sign and zero', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 6 }), (list, scale) => {
        const out = new Float64Array(3)
        expect(exponentialQuantiles(out, histogram(list, scale))).toBe(true)
        const base = 2 ** (2 ** -scale) * (1 + 1e-9)
        QUANTILES.forEach((q, i) => {
          const truth = exact(list, q)
          const ratio = truth === 0 ? 1 + (out[i] as number) : (out[i] as number) / truth
          expect(ratio).toBeLessThanOrEqual(base)
          expect(ratio).toBeGreaterThanOrEqual(1 / base)
        })
      }),
    )
  })

  test('the difference of two collections has the quantiles of what came between, also when the scale has fallen', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        values,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        (before, more, scale, fall) => {
          const between = new Float64Array(3)
          const alone = new Float64Array(3)
          exponentialQuantiles(between, histogram([...before, ...more], scale), histogram(before, scale + fall))
          exponentialQuantiles(alone, histogram(more, scale))
          for (let i = 0; i < 3; i++) expect(between[i]).toBeCloseTo(alone[i] as number, 9)
        },
      ),
    )
  })

  test('a collection that holds only zeros says scale 0, and the next one is not misread', () => {
    const out = new Float64Array(3)
    const zeros = histogram([0, 0, 0], 0)
    exponentialQuantiles(out, histogram([0, 0, 0, 5, 5, 5], 6), zeros)
    for (const found of out) expect(found).toBeCloseTo(5, 0)
  })
})

describe.each([
  {
    kind: 'explicit',
    aggregation: {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [0.01, 0.1, 0.5, 1, 2, 5] },
    },
    width: 3,
  },
  { kind: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM }, width: 0 },
] as const)('the $kind histogram of the real SDK', ({ aggregation, width }) => {
  test('gives the quantiles of each interval, whatever came before', async () => {
    const durations = fc.array(reals(0.001, 5), { minLength: 1, maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(fc.array(durations, { minLength: 2, maxLength: 5 }), async (intervals) => {
        const view = { instrumentName: '*', aggregation: aggregation as never }
        const { meter, context, collect } = app({ provider: { views: [view] } })
        const latency = meter.createHistogram('latency')
        latency.record(1)
        await collect()
        for (const interval of intervals) {
          context.clear()
          for (const duration of interval) latency.record(duration)
          await collect()
          expect(context.last('latency.rate')).toBeCloseTo(interval.length / 10)
          expect(context.last('latency.mean')).toBeCloseTo(interval.reduce((a, b) => a + b) / interval.length)
          QUANTILES.forEach((q, i) => {
            const found = context.last(`latency${['.p50', '.p95', '.p99'][i]}`) as number
            const truth = exact(interval, q)
            // 160 buckets over the range: at scale 3, each is 9 % wide
            if (width === 0) expect(Math.abs(found / truth - 1)).toBeLessThan(0.1)
            else expect(Math.abs(found - truth)).toBeLessThanOrEqual(width)
          })
        }
      }),
      { numRuns: 30 },
    )
  })
})
