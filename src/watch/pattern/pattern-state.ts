import type { AutoState } from '../../detect/statistics.js'
import { emptySeen, type Seen } from '../../math/bloom.js'
import { type CountMin, emptyCountMin } from '../../math/count-min.js'
import { emptyHeavy, type Heavy } from '../../math/heavy.js'
import { emptyTransitions, type Transitions } from '../../math/transitions.js'
import type { Severity } from '../../model/index.js'
import type { PatternPlan } from './pattern-options.js'

/** Something odd that goes on. Plain data. */
export interface Oddity {
  readonly openedAt: number
  /** When it was odd last. */
  at: number
  score: number
  severity: Severity
  value: number
  /** From so many on it goes on. */
  readonly edge: number
  summary: string
}

/** Things of one kind: which have been seen, how many events there were and how many of them were new. */
export interface Novelty {
  readonly seen: Seen
  events: number
  fresh: number
}

/** Combinations of two attributes: how often each value and each pair has come, of so many events. */
export interface Pairs {
  readonly counts: CountMin
  events: number
}

/** What each of `by` did last, in 1,024 places by hash: a place belongs to whoever came last. */
export interface Lasts {
  readonly tags: Uint32Array
  readonly names: Uint8Array
  /** How improbable its steps have been of late, above what is usual, in bits. */
  readonly sums: Float32Array
  /** The usual improbability of a step, in bits, and the steps it is the mean of. */
  usual: number
  steps: number
}

/** Memory of {@link pattern}: plain data; 50 KB, more for `novel`, 16 KB each, and `pairs`, 24 KB each. */
export interface PatternState {
  /** When the first event came; -1 before that. When the present count ends. */
  first: number
  due: number
  /** The present count: by key; how many keys were new; the oddest walk, whose it is and what it did. */
  readonly heavy: Heavy
  freshKeys: number
  oddest: number
  odd: string
  readonly keys: Seen
  readonly novelties: readonly Novelty[]
  readonly pairs: readonly Pairs[]
  readonly transitions: Transitions
  readonly lasts: Lasts
  /** What is usual of each measure. */
  readonly usual: readonly AutoState[]
  /** What goes on, by kind. */
  readonly open: Record<string, Oddity>
}

const PLACES = 1_024

export function startPattern(plan: PatternPlan, usual: readonly AutoState[]): PatternState {
  return {
    first: -1,
    due: -1,
    heavy: emptyHeavy(),
    freshKeys: 0,
    oddest: 0,
    odd: '',
    keys: emptySeen(),
    novelties: plan.novel.map(() => ({ seen: emptySeen(), events: 0, fresh: 0 })),
    pairs: plan.pairs.map(() => ({ counts: emptyCountMin(), events: 0 })),
    transitions: emptyTransitions(),
    lasts: {
      tags: new Uint32Array(PLACES),
      names: new Uint8Array(PLACES),
      sums: new Float32Array(PLACES),
      usual: 0,
      steps: 0,
    },
    usual,
    open: {},
  }
}
