import { QUANTILES } from './quantiles.js'

/**
 * The {@link QUANTILES} of explicit-bucket counts, into `out`.
 *
 *     rank = q · n      value = low + (high − low) · (rank − below) / inside
 *
 * `low` and `high` are the edges of the bucket that holds the rank, drawn in to the smallest and largest value where those are
 * known. The answer lies in the same bucket as the true one; how wide that is, the boundaries decide. Above the last boundary
 * it lies between that and the largest value, and is the boundary itself when that is not known. O(buckets), allocates nothing.
 *
 * @param counts - how many lie up to each boundary, and one more for the rest; what is below 0 counts as 0.
 * @param min - NaN when it is not known.
 * @param max - NaN when it is not known.
 * @returns false when there are none, and `out` is as it was.
 */
export function explicitQuantiles(
  out: Float64Array,
  counts: ArrayLike<number>,
  boundaries: readonly number[],
  min: number,
  max: number,
): boolean {
  const buckets = boundaries.length + 1
  let total = 0
  for (let i = 0; i < buckets; i++) if ((counts[i] as number) > 0) total += counts[i] as number
  if (!(total > 0)) return false
  let next = 0
  let below = 0
  let rank = (QUANTILES[0] as number) * total
  for (let i = 0; i < buckets; i++) {
    const inside = counts[i] as number
    if (!(inside > 0)) continue
    if (rank <= below + inside) {
      const low = lowEdge(boundaries, i, min)
      const width = highEdge(boundaries, i, max, low) - low
      do {
        out[next++] = low + (width * (rank - below)) / inside
        if (next === QUANTILES.length) return true
        rank = (QUANTILES[next] as number) * total
      } while (rank <= below + inside)
    }
    below += inside
  }
  return false
}

/** Without a smallest value, the first bucket starts at 0 when it ends above 0, else it has no width. */
function lowEdge(boundaries: readonly number[], i: number, min: number): number {
  const known = min - min === 0
  if (i === 0) return known ? min : Math.min(0, boundaries[0] ?? 0)
  const edge = boundaries[i - 1] as number
  return known && min > edge && min <= (boundaries[i] ?? min) ? min : edge
}

function highEdge(boundaries: readonly number[], i: number, max: number, low: number): number {
  const edge = i < boundaries.length ? (boundaries[i] as number) : Infinity
  if (max >= low && max < edge) return max
  return edge < Infinity ? edge : low
}
