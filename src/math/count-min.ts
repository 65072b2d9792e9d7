import { hashOf } from './hash.js'

/**
 * How often each of any number of things has come, never told too low: three rows of 2,048 counters. Too high by some 0.13 % of all that came, at the worst. Plain data of
 * 24 KB; O(1).
 *
 * @see Cormode and Muthukrishnan, "An improved data stream summary: the count-min sketch and its applications", 2005.
 */
export type CountMin = Float32Array

const [ROWS, WIDTH] = [3, 2_048]

export function emptyCountMin(): CountMin {
  return new Float32Array(ROWS * WIDTH)
}

export function countOf(counts: CountMin, thing: string): number {
  let least = Number.POSITIVE_INFINITY
  for (let row = 0; row < ROWS; row++) least = Math.min(least, counts[placeIn(row, thing)] as number)
  return least
}

/** Conservative: only the counters that are at the least are raised. */
export function countThing(counts: CountMin, thing: string): void {
  const next = countOf(counts, thing) + 1
  for (let row = 0; row < ROWS; row++) {
    const at = placeIn(row, thing)
    if ((counts[at] as number) < next) counts[at] = next
  }
}

/** Forgets half. */
export function halve(counts: CountMin): void {
  for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) / 2
}

function placeIn(row: number, thing: string): number {
  return row * WIDTH + (hashOf(thing, row + 5) % WIDTH)
}
