/** The largest value of each block of time, for up to 32 blocks; and how far the largest are apart. */
export interface Maxima {
  readonly tops: Float64Array
  /** Of the block under way, where it has seen a value. */
  now: number
  /** Of all blocks before it, and the scale of their spread. */
  top: number
  gap: number
}

/** Blocks of time, each with its largest value and, as largest negative, its smallest. Plain data; O(1) but when a block ends. */
export interface Blocks {
  readonly high: Maxima
  readonly low: Maxima
  /** When each block ended. */
  readonly ends: Float64Array
  filled: number
  /** How long a block is, in milliseconds: grows until the blocks span the memory. */
  slot: number
  /** When the block under way began, and how many values it has seen. */
  begun: number
  seen: number
}

const SLOTS = 32
/** A tail a little heavier than exponential. */
const SHAPE = 0.05

export function emptyBlocks(slot: number): Blocks {
  const maxima = (): Maxima => ({ tops: new Float64Array(SLOTS), now: 0, top: 0, gap: 0 })
  return { high: maxima(), low: maxima(), ends: new Float64Array(SLOTS), filled: 0, slot, begun: 0, seen: 0 }
}

/** Ends the block under way if it is time, and forgets blocks older than `memory`. */
export function roll(blocks: Blocks, time: number, memory: number): void {
  if (blocks.seen === 0) {
    blocks.begun = time
    return
  }
  if (time < blocks.begun + blocks.slot) return
  let old = 0
  while (old < blocks.filled && (blocks.ends[old] as number) < time - memory) old++
  if (old > 0) drop(blocks, old)
  if (blocks.filled === SLOTS) {
    if (2 * blocks.slot * SLOTS <= memory) merge(blocks)
    else drop(blocks, 1)
  }
  blocks.ends[blocks.filled] = blocks.begun + blocks.slot
  blocks.high.tops[blocks.filled] = blocks.high.now
  blocks.low.tops[blocks.filled] = blocks.low.now
  blocks.filled++
  blocks.begun = time
  blocks.seen = 0
  measure(blocks.high, blocks.filled)
  measure(blocks.low, blocks.filled)
}

/** Takes in the largest value, and the largest negative, of a moment. */
export function take(blocks: Blocks, high: number, low: number): void {
  blocks.high.now = blocks.seen > 0 ? Math.max(blocks.high.now, high) : high
  blocks.low.now = blocks.seen > 0 ? Math.max(blocks.low.now, low) : low
  blocks.seen++
}

/** The largest of all blocks. */
export function topOf(maxima: Maxima, seen: number): number {
  return seen > 0 ? Math.max(maxima.top, maxima.now) : maxima.top
}

/**
 * The chance, as a natural logarithm, that a block goes beyond all blocks before it by so much: 0 or less.
 *
 *     chance = (1 + shape × beyond / gap)^(−1 / shape) / (blocks + 1)
 *
 * @see Gumbel, "Statistics of extremes", 1958; Hosking, "L-moments", 1990, for the gap: the Gumbel scale is their mean distance
 * by 2 ln 2.
 */
export function logRecord(blocks: number, beyond: number, gap: number): number {
  return -Math.log(blocks + 1) - Math.log1p((SHAPE * beyond) / gap) / SHAPE
}

/** How far beyond so unlikely a record lies: the inverse of {@link logRecord}; 0 where any record is less likely. */
export function beyondAt(blocks: number, log: number, gap: number): number {
  const loss = Math.max(0, -log - Math.log(blocks + 1))
  return (Math.expm1(SHAPE * loss) / SHAPE) * gap
}

/** Moves all maxima: what they spread stays. */
export function raise(maxima: Maxima, filled: number, by: number): void {
  for (let i = 0; i < filled; i++) maxima.tops[i] = (maxima.tops[i] as number) + by
  maxima.top += by
}

/** Two blocks become one: half as many, each twice as long. */
function merge(blocks: Blocks): void {
  const half = blocks.filled >> 1
  for (let i = 0; i < half; i++) {
    for (const { tops } of [blocks.high, blocks.low])
      tops[i] = Math.max(tops[2 * i] as number, tops[2 * i + 1] as number)
    blocks.ends[i] = blocks.ends[2 * i + 1] as number
  }
  blocks.filled = half
  blocks.slot *= 2
}

function drop(blocks: Blocks, count: number): void {
  for (const array of [blocks.high.tops, blocks.low.tops, blocks.ends]) array.copyWithin(0, count, blocks.filled)
  blocks.filled -= count
}

/** The largest, and the Gumbel scale by the mean distance of any two. */
function measure(maxima: Maxima, filled: number): void {
  const { tops } = maxima
  let top = tops[0] as number
  let sum = 0
  for (let i = 1; i < filled; i++) {
    top = Math.max(top, tops[i] as number)
    for (let j = 0; j < i; j++) sum += Math.abs((tops[i] as number) - (tops[j] as number)) / filled
  }
  maxima.top = top
  maxima.gap = filled > 1 ? sum / (filled - 1) / Math.LN2 : 0
}
