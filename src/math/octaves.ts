/**
 * Counts positive numbers by their size, eight buckets to the octave: enough for quantiles that are right to a tenth. Plain data of
 * 256 numbers, for 32 octaves from `LEAST` on. Adding is O(1) and allocates nothing; counts may be weights.
 */
export type Octaves = Float32Array

const PER_OCTAVE = 8
const BUCKETS = 32 * PER_OCTAVE
/** What is smaller counts as this: a microsecond, where the numbers are seconds. */
const LEAST = 1e-6

export function emptyOctaves(): Octaves {
  return new Float32Array(BUCKETS)
}

export function addTo(octaves: Octaves, value: number, weight: number): void {
  const place = value > LEAST ? Math.min(BUCKETS - 1, Math.floor(Math.log2(value / LEAST) * PER_OCTAVE)) : 0
  octaves[place] = (octaves[place] as number) + weight
}

/**
 * The number that a share of all is not above, by geometric interpolation in its bucket; `NaN` while there is none.
 *
 * @param share - from 0 to 1.
 */
export function quantileOf(octaves: Octaves, share: number): number {
  let total = 0
  for (const count of octaves) total += count
  if (total === 0) return Number.NaN
  let below = 0
  for (let place = 0; place < BUCKETS; place++) {
    const count = octaves[place] as number
    if (count > 0 && below + count >= share * total)
      return LEAST * 2 ** ((place + (share * total - below) / count) / PER_OCTAVE)
    below += count
  }
  return LEAST * 2 ** (BUCKETS / PER_OCTAVE)
}
