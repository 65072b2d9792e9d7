/**
 * What follows what: a Markov chain over at most 32 names, with how often each followed each. What is further is taken for one name. Plain data of 8 KB; O(1) but
 * for the names.
 *
 * @see Ju and Vardi, "A hybrid high-order Markov chain model for computer intrusion detection", 2001.
 */
export interface Transitions {
  readonly names: string[]
  /** Row after row: how often the column's name followed the row's; and the sums of rows. */
  readonly counts: Float64Array
  readonly sums: Float64Array
  seen: number
}

const ROOM = 32
/** Old ones are halved after so many. */
const MEMORY = 100_000
/** A name that never followed is as likely as so much of one time. */
const PRIOR = 0.5

export function emptyTransitions(): Transitions {
  return { names: [], counts: new Float64Array(ROOM * ROOM), sums: new Float64Array(ROOM), seen: 0 }
}

/** The place of a name. */
export function placeOfName({ names }: Transitions, name: string): number {
  const at = names.indexOf(name)
  if (at >= 0) return at
  return names.length < ROOM - 1 ? names.push(name) - 1 : ROOM - 1
}

/** How improbable it was that one follows the other, in bits, before it is learned that it did. */
export function surpriseOf({ names, counts, sums }: Transitions, from: number, to: number): number {
  const choices = Math.min(ROOM, names.length + 1)
  const likely = ((counts[from * ROOM + to] as number) + PRIOR) / ((sums[from] as number) + PRIOR * choices)
  return -Math.log2(likely)
}

export function learnTransition(transitions: Transitions, from: number, to: number): void {
  const { counts, sums } = transitions
  counts[from * ROOM + to] = (counts[from * ROOM + to] as number) + 1
  sums[from] = (sums[from] as number) + 1
  if (++transitions.seen < MEMORY) return
  transitions.seen /= 2
  for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) / 2
  for (let i = 0; i < ROOM; i++) sums[i] = (sums[i] as number) / 2
}
