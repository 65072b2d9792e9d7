/**
 * Sums of two numbers over windows that end now, from minutes to a month: four rings of slots, each coarser and longer than the one
 * before. Slots expire by time, whether anything comes or not. Plain data of some 37 KB; O(1) a number, O(slots) a question.
 */
export interface Rings {
  /** Two sums a slot, ring after ring. */
  readonly sums: Float64Array
  /** The latest slot of each ring, counted from the epoch; -1 before the first. */
  readonly heads: Float64Array
}

/** Of the first three rings: an hour of 10 s, six hours of 1 min, three days of 5 min. */
const WIDTHS = [1e4, 6e4, 3e5] as const
/** The last has room for a month of hours, and one more. */
const LENGTHS = [360, 360, 864, 745] as const
const STARTS = [0, 360, 720, 1584] as const
const SLOTS = 2329

/** The answer of {@link sumsOver}. */
export const sums: Float64Array = new Float64Array(2)

export function emptyRings(): Rings {
  return { sums: new Float64Array(2 * SLOTS), heads: new Float64Array(4).fill(-1) }
}

/** @param coarse - the width of the last ring's slots, in milliseconds; an hour or more. */
export function addTo(rings: Rings, coarse: number, time: number, first: number, second: number): void {
  for (let ring = 0; ring < 4; ring++) {
    const slot = advance(rings, ring, coarse, time)
    if (slot < 0) continue
    const at = 2 * slot
    rings.sums[at] = (rings.sums[at] as number) + first
    rings.sums[at + 1] = (rings.sums[at + 1] as number) + second
  }
}

/** What came in the last `span` milliseconds, to within a slot, into {@link sums}. */
export function sumsOver(rings: Rings, coarse: number, time: number, span: number): void {
  let ring = 0
  while (ring < 3 && span > widthOf(ring, coarse) * (LENGTHS[ring] as number)) ring++
  advance(rings, ring, coarse, time)
  add(rings, ring, Math.max(1, Math.round(span / widthOf(ring, coarse))))
}

/** What came since a time at which one of the coarsest slots begins, into {@link sums}. */
export function sumsSince(rings: Rings, coarse: number, time: number, begin: number): void {
  advance(rings, 3, coarse, time)
  add(rings, 3, (rings.heads[3] as number) - Math.floor(begin / coarse) + 1)
}

/** The last slots of a ring. */
function add(rings: Rings, ring: number, slots: number): void {
  const length = LENGTHS[ring] as number
  const head = rings.heads[ring] as number
  const count = Math.min(length, head + 1, slots)
  sums.fill(0)
  for (let back = 0; back < count; back++) {
    const at = 2 * ((STARTS[ring] as number) + ((head - back) % length))
    sums[0] = (sums[0] as number) + (rings.sums[at] as number)
    sums[1] = (sums[1] as number) + (rings.sums[at + 1] as number)
  }
}

/** Clears what has expired; answers with the slot of `time`, -1 when that has expired as well. */
function advance(rings: Rings, ring: number, coarse: number, time: number): number {
  const length = LENGTHS[ring] as number
  const start = STARTS[ring] as number
  const now = Math.max(0, Math.floor(time / widthOf(ring, coarse)))
  const head = rings.heads[ring] as number
  for (let slot = Math.max(head, now - length) + 1; slot <= now; slot++) {
    const at = 2 * (start + (slot % length))
    rings.sums[at] = 0
    rings.sums[at + 1] = 0
  }
  rings.heads[ring] = Math.max(head, now)
  return now > head - length ? start + (now % length) : -1
}

function widthOf(ring: number, coarse: number): number {
  return ring < 3 ? (WIDTHS[ring] as number) : coarse
}
