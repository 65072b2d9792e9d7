import { type Line, layLine } from './theil-sen.js'

/**
 * How one quantity goes with another: 32 bins of the one, from 0 to the largest so far, with the mean of both in each. Old pairs are
 * forgotten slowly, so that a relation that has changed is learned anew. Plain data of 97 numbers; O(1) a pair, O(32² log 32) a line.
 */
export interface Relation {
  /** The upper end of the bins; 0 before the first pair. */
  end: number
  /** Of each bin: how many pairs count, and their means. */
  readonly counts: Float64Array
  readonly xs: Float64Array
  readonly ys: Float64Array
}

const BINS = 32
/** A bin's mean is over about so many pairs... */
const MEMORY = 200
/** ...and it has a say from so many on. */
const LEAST = 3
/** A line needs so many bins, over so wide a range. */
const FEW = 4
const RANGE = 1.5
/** The upper half speaks for itself where it is steeper by so many of its sigmas. */
const STEEPER = 2

export function emptyRelation(): Relation {
  return { end: 0, counts: new Float64Array(BINS), xs: new Float64Array(BINS), ys: new Float64Array(BINS) }
}

/** @param x - 0 or more: what is below counts as 0. */
export function learnPair(relation: Relation, x: number, y: number): void {
  const { counts, xs, ys } = relation
  const place = Math.max(0, x)
  if (relation.end === 0 && place > 0) relation.end = place
  while (place > relation.end) widen(relation)
  const at = relation.end === 0 ? 0 : Math.min(BINS - 1, Math.floor((BINS * place) / relation.end))
  const count = Math.min(MEMORY, (counts[at] as number) + 1)
  counts[at] = count
  xs[at] = (xs[at] as number) + (place - (xs[at] as number)) / count
  ys[at] = (ys[at] as number) + (y - (ys[at] as number)) / count
}

/**
 * The line through the means of the bins; where it gets steeper towards the end, through those of the upper half: that is where it is going.
 *
 * @returns whether there are bins enough, over a wide enough range.
 */
export function lineOf({ counts, xs, ys }: Relation, line: Line): boolean {
  const known = [...counts.keys()].filter((at) => (counts[at] as number) >= LEAST)
  const [first, last] = [known[0], known.at(-1)]
  if (known.length < FEW || first === undefined || last === undefined) return false
  if ((xs[last] as number) < RANGE * (xs[first] as number)) return false
  lay(known, xs, ys, line)
  const upper = known.slice(known.length >> 1)
  if (upper.length < FEW) return true
  const steep = { ...line }
  lay(upper, xs, ys, steep)
  if (steep.slope - line.slope > STEEPER * (steep.doubt + line.doubt)) Object.assign(line, steep)
  return true
}

function lay(bins: readonly number[], xs: Float64Array, ys: Float64Array, line: Line): void {
  layLine(
    Float64Array.from(bins, (at) => xs[at] as number),
    Float64Array.from(bins, (at) => ys[at] as number),
    line,
  )
}

/** Twice the range: two bins become one. */
function widen(relation: Relation): void {
  const { counts, xs, ys } = relation
  for (let at = 0; at < BINS; at++) {
    const [one, two] = at < BINS / 2 ? [counts[2 * at] as number, counts[2 * at + 1] as number] : [0, 0]
    const both = one + two
    const mean = (means: Float64Array): number =>
      both === 0 ? 0 : (one * (means[2 * at] as number) + two * (means[2 * at + 1] as number)) / both
    const [x, y] = [mean(xs), mean(ys)]
    counts[at] = Math.min(MEMORY, both)
    xs[at] = x
    ys[at] = y
  }
  relation.end *= 2
}
