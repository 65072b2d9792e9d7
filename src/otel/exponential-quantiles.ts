import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics'
import { QUANTILES } from './quantiles.js'

type Buckets = ExponentialHistogram['positive']

/** What came in since the collection before, bucket by bucket. Shared: used within one call only. */
let positive: Float64Array = new Float64Array(160)
let negative: Float64Array = new Float64Array(160)

/**
 * The {@link QUANTILES} of what an exponential histogram took in between two collections, into `out`.
 *
 *     bucket i holds (b^i, b^(i+1)], b = 2^(2^−scale)      value = b^(i + (rank − below) / inside)
 *
 * The relative error is at most b − 1: 4.4 % at scale 4, 0.3 % at scale 8. When the scale has fallen since, the older buckets
 * are folded into the newer, wider ones. O(buckets), allocates nothing.
 *
 * @param before - the same series a collection ago; leave out for all that `now` holds.
 * @returns false when nothing came in, and `out` is as it was.
 * @see OpenTelemetry metrics data model, "ExponentialHistogram".
 */
export function exponentialQuantiles(
  out: Float64Array,
  now: ExponentialHistogram,
  before?: ExponentialHistogram,
): boolean {
  const shift = before ? before.scale - now.scale : 0
  positive = difference(positive, now.positive, before?.positive, shift)
  negative = difference(negative, now.negative, before?.negative, shift)
  const up = now.positive.bucketCounts.length
  const down = now.negative.bucketCounts.length
  const zeros = Math.max(0, now.zeroCount - (before?.zeroCount ?? 0))
  const total = sum(positive, up) + sum(negative, down) + zeros
  if (!(total > 0)) return false
  const width = 2 ** -now.scale
  let next = 0
  let below = 0
  // from the most negative bucket over zero to the most positive
  for (let i = -down; i <= up && next < QUANTILES.length; i++) {
    const inside = i < 0 ? (negative[-i - 1] as number) : i === 0 ? zeros : (positive[i - 1] as number)
    if (!(inside > 0)) continue
    for (; next < QUANTILES.length; next++) {
      const rank = (QUANTILES[next] as number) * total
      if (rank > below + inside) break
      out[next] = bounded(valueAt(now, i, (rank - below) / inside, width), now)
    }
    below += inside
  }
  return next === QUANTILES.length
}

function valueAt(now: ExponentialHistogram, i: number, share: number, width: number): number {
  if (i === 0) return 0
  if (i > 0) return 2 ** ((now.positive.offset + i - 1 + share) * width)
  return -(2 ** ((now.negative.offset - i - share) * width))
}

/** Between the smallest and the largest value, where the SDK knows them. */
function bounded(value: number, { min, max }: ExponentialHistogram): number {
  if (min !== undefined && value < min) return min
  return max !== undefined && value > max ? max : value
}

/** `shift` below 0 cannot come from one growing histogram, unless the older one was empty: nothing to take away then. */
function difference(scratch: Float64Array, now: Buckets, before: Buckets | undefined, shift: number): Float64Array {
  const counts = now.bucketCounts
  const into = scratch.length < counts.length ? new Float64Array(2 * counts.length) : scratch
  for (let i = 0; i < counts.length; i++) into[i] = counts[i] as number
  if (!before || shift < 0) return into
  for (let i = 0; i < before.bucketCounts.length; i++) {
    const at = ((before.offset + i) >> shift) - now.offset
    if (at >= 0 && at < counts.length) into[at] = (into[at] as number) - (before.bucketCounts[i] as number)
  }
  return into
}

function sum(counts: Float64Array, length: number): number {
  let total = 0
  for (let i = 0; i < length; i++) {
    if (!((counts[i] as number) > 0)) counts[i] = 0
    total += counts[i] as number
  }
  return total
}
