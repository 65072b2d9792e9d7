import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics'
import type { Handle } from '../model/index.js'
import { type Column, fillGap, type Stream } from './column.js'

/** How a histogram's recordings at or below its limit are called, beside its `.rate`. */
const SUFFIX = '.within.rate'

/**
 * A histogram's column, and beside it how many recordings a second were at or below a limit: what an objective of latency counts. They are
 * counted from the buckets, those of the bucket that holds the limit as if they were spread evenly in it.
 */
export class WithinColumn implements Column {
  readonly #title: string
  readonly #handles: (Handle | undefined)[] = []
  /** Of a cumulative stream: as of the collection before. Of a delta one: what came too close to it for a rate. */
  readonly #counts: number[] = []
  #perSecond = Number.NaN

  constructor(
    private readonly inner: Column,
    private readonly stream: Stream,
    private readonly limit: number,
    private readonly delta: boolean,
  ) {
    this.#title = stream.name + SUFFIX
  }

  begin(perSecond: number): void {
    this.#perSecond = perSecond
    this.inner.begin(perSecond)
  }

  add(s: number, value: Histogram | ExponentialHistogram): void {
    this.inner.add(s, value)
    this.#handles[s] = undefined
    this.#counts[s] = this.delta ? 0 : countWithin(value, this.limit)
  }

  take(s: number, value: Histogram | ExponentialHistogram): void {
    this.inner.take(s, value)
    const count = countWithin(value, this.limit)
    if (this.delta) this.#pass(s, count)
    else if (this.#perSecond > 0) {
      const before = this.#counts[s] as number
      this.#counts[s] = count
      // Fewer than before: it was reset, and counts from 0.
      this.#record(s, count < before ? count : count - before)
    }
  }

  absent(s: number): void {
    this.inner.absent(s)
    if (this.delta) this.#pass(s, 0)
  }

  drop(s: number, last: number): void {
    this.inner.drop(s, last)
    fillGap(this.#handles, s, last)
    fillGap(this.#counts, s, last)
  }

  #pass(s: number, more: number): void {
    const count = (this.#counts[s] as number) + more
    this.#counts[s] = this.#perSecond > 0 ? 0 : count
    if (this.#perSecond > 0) this.#record(s, count)
  }

  #record(s: number, count: number): void {
    let handle = this.#handles[s]
    if (handle === undefined) {
      handle = this.stream.bind(s, this.#title, '1/s')
      this.#handles[s] = handle
    }
    handle.record(count * this.#perSecond)
  }
}

/** How many recordings of a histogram were at or below a limit that is above 0. O(buckets). */
export function countWithin(value: Histogram | ExponentialHistogram, limit: number): number {
  if (value.max !== undefined && value.max <= limit) return value.count
  return 'buckets' in value ? inBuckets(value, limit) : inExponential(value, limit)
}

function inBuckets({ buckets: { counts, boundaries } }: Histogram, limit: number): number {
  let count = 0
  for (let i = 0; i < boundaries.length; i++) {
    const [low, high] = [
      i === 0 ? Math.min(0, boundaries[0] as number) : (boundaries[i - 1] as number),
      boundaries[i] as number,
    ]
    const inside = counts[i] as number
    if (high <= limit) count += inside
    else return low < limit ? count + (inside * (limit - low)) / (high - low) : count
  }
  return count
}

/** Bucket i holds (b^i, b^(i+1)], b = 2^(2^−scale): even in logarithms. */
function inExponential({ positive, negative, zeroCount, scale }: ExponentialHistogram, limit: number): number {
  const { bucketCounts, offset } = positive
  const place = Math.log2(limit) * 2 ** scale - offset
  let count = zeroCount
  for (const below of negative.bucketCounts) count += below
  for (let i = 0; i < bucketCounts.length && i < place; i++)
    count += (bucketCounts[i] as number) * Math.min(1, place - i)
  return count
}
