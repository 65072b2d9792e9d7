import { countAt, differentAt, type Heavy, heaviest } from '../../math/heavy.js'
import { type Band, describe, digits } from '../../model/index.js'
import type { PatternPlan } from './pattern-options.js'
import type { PatternState } from './pattern-state.js'

/** A number that a count ends with, watched like any signal: only that it can be too large. */
export interface Measure {
  readonly kind: string
  of(state: PatternState): number
  /** In a sentence, for a value that is odd. */
  say(state: PatternState, value: number, usual: Band | undefined): string
}

/** What is counted over `every`, for a plan. */
export function measuresOf(plan: PatternPlan): readonly Measure[] {
  const { by, distinct, every, sequences } = plan
  const span = describe(every)
  const events = plan.watcher
  const measures: Measure[] = [
    {
      kind: 'burst',
      of: ({ heavy }) => largest(heavy, countAt),
      say: ({ heavy }, value, usual) =>
        `${events}: ${by} ${keyOf(heavy, countAt)} has ${whole(value)} events in ${span}, the busiest usually ${range(usual)}`,
    },
    {
      kind: 'new keys',
      of: ({ freshKeys }) => freshKeys,
      say: (_, value, usual) =>
        `${events}: ${whole(value)} of ${by} were never seen before in ${span}, usually ${range(usual)}`,
    },
  ]
  if (distinct !== undefined)
    measures.push({
      kind: 'spread',
      of: ({ heavy }) => largest(heavy, differentAt),
      say: ({ heavy }, value, usual) =>
        `${events}: ${by} ${keyOf(heavy, differentAt)} comes with about ${whole(value)} different ${distinct} in ${span}, usually ${range(usual)} at the most`,
    })
  if (sequences)
    measures.push({
      kind: 'sequence',
      of: ({ oddest }) => oddest,
      say: ({ odd }, value, usual) =>
        `${events}: what ${by} ${odd} does hardly ever follows, ${whole(value)} bits beyond what is usual in ${span}, mostly ${range(usual)}`,
    })
  return measures
}

type Of = (heavy: Heavy, at: number) => number

function largest(heavy: Heavy, of: Of): number {
  const at = heaviest(heavy, of)
  return at < 0 ? 0 : of(heavy, at)
}

function keyOf(heavy: Heavy, of: Of): string {
  return heavy.keys[heaviest(heavy, of)] ?? ''
}

function range(usual: Band | undefined): string {
  return usual === undefined ? 'fewer' : `${whole(Math.max(0, usual.low))} to ${whole(usual.high)}`
}

function whole(value: number): string {
  return digits(Math.round(value))
}
