import { QUANTILES } from './quantiles.js'

/**
 * The {@link QUANTILES} of explicit-bucket counts, or of what has grown since `held`, into `out`.
 *
 *     rank = q · n      value = low + (high − low) · (rank − below) / inside
 *
 * `low` and `high` are the edges of the bucket that holds the rank, drawn in to the smallest and largest value where those are
 * known. The answer lies in the same bucket as the true one; how wide that is, the boundaries decide. Above the last boundary
 * it lies between that and the largest value, and is the boundary itself when that is not known. One walk over the buckets up
 * to the last that has grown; allocates nothing.
 *
 * @param counts - how many lie up to each boundary, and one more for the rest.
 * @param total - their sum, or by how much they have grown; above 0.
 * @param min - NaN when it is not known.
 * @param max - NaN when it is not known.
 * @param held - the counts of the collection before, from `at` on. They are brought up to date.
 * @returns false when the counts do not add up to the total; `out` is then as it was in part.
 */
export function explicitQuantiles(
  out: Float64Array,
  counts: readonly number[],
  total: number,
  boundaries: readonly number[],
  min: number,
  max: number,
  held?: Float64Array,
  at = 0,
): boolean {
  let next = 0
  let below = 0
  let rank = (QUANTILES[0] as number) * total
  for (let i = 0; i <= boundaries.length && below < total; i++) {
    let inside = counts[i] as number
    if (held !== undefined) {
      inside -= held[at + i] as number
      if (inside !== 0) held[at + i] = counts[i] as number
    }
    if (!(inside > 0)) continue
    if (rank <= below + inside) {
      const low = lowEdge(boundaries, i, min)
      const width = highEdge(boundaries, i, max, low) - low
      do {
        out[next++] = low + (width * (rank - below)) / inside
        rank = next < QUANTILES.length ? (QUANTILES[next] as number) * total : Infinity
      } while (rank <= below + inside)
    }
    below += inside
  }
  return next === QUANTILES.length
}

/** Without a smallest value, the first bucket starts at 0 when it ends above 0, else it has no width. */
function lowEdge(boundaries: readonly number[], i: number, min: number): number {
  const known = min - min === 0
  if (i === 0) return known ? min : Math.min(0, boundaries.length > 0 ? (boundaries[0] as number) : 0)
  const edge = boundaries[i - 1] as number
  return known && min > edge && (i >= boundaries.length || min <= (boundaries[i] as number)) ? min : edge
}

function highEdge(boundaries: readonly number[], i: number, max: number, low: number): number {
  const edge = i < boundaries.length ? (boundaries[i] as number) : Infinity
  if (max >= low && max < edge) return max
  return edge < Infinity ? edge : low
}
