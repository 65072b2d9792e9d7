import { ConfigError, type Finding, functionIn, type Incident, messageOf, textIn } from '../../../model/index.js'
import type { EngineState, PlaybookState } from '../engine-state.js'
import type { RungTraits, Traits } from '../traits.js'

/** What a guard is asked about: one run that is about to begin, or to go on. */
export interface Situation {
  /** Stage time, in milliseconds since the epoch. */
  readonly now: number
  readonly playbook: Traits
  readonly rung: RungTraits
  /** What all playbooks remember together. */
  readonly engine: EngineState
  /** What this one does. */
  readonly book: PlaybookState
  readonly incident: Incident
  /** The open findings that call for the run. */
  readonly findings: readonly Finding[]
}

/**
 * A reason to leave a repair undone, as a value. Synchronous, and asked before each run; with `between`, before each of its
 * steps too. A guard that throws refuses.
 *
 * @example
 * const notOnMarketDay: RemediationGuard = {
 *   name: 'market day',
 *   check: ({ now }) => (new Date(now).getUTCDay() === 2 ? 'it is market day' : undefined),
 * }
 */
export interface RemediationGuard {
  /** Refusals are counted under it. */
  readonly name: string
  /** Why not, in one plain sentence; nothing when there is nothing against it. */
  check(situation: Situation): string | undefined
  /** Asked before each step as well. @defaultValue false */
  readonly between?: boolean
  /** Awaited before the first run; as long as it has not resolved, nothing is done. */
  load?(): Promise<unknown>
}

/**
 * A guard, or in short a function: `true`, or a text that says why, freezes all repairs while it is so. Asked before each run and
 * each step.
 */
export type GuardLike = RemediationGuard | (() => boolean | string)

/** Who refuses, and why. */
export interface Refusal {
  readonly guard: string
  readonly reason: string
}

/** The first refusal, if there is one. */
export function refusal(guards: readonly RemediationGuard[], situation: Situation): Refusal | undefined {
  for (const guard of guards) {
    const reason = asked(guard, situation)
    if (reason !== undefined) return { guard: guard.name, reason }
  }
  return undefined
}

/** Whoever cannot say that there is nothing against it is against it. */
function asked(guard: RemediationGuard, situation: Situation): string | undefined {
  try {
    const reason: unknown = guard.check(situation)
    return reason === undefined || reason === false || reason === '' ? undefined : String(reason)
  } catch (error) {
    return `it cannot tell: ${messageOf(error)}`
  }
}

/** The guards as one kind. @throws ConfigError when one is none. */
export function guardsOf(field: string, given: readonly GuardLike[]): readonly RemediationGuard[] {
  if (!Array.isArray(given) || given.length > 100) throw new ConfigError(field, 'a list of at most 100 guards', given)
  return (given as readonly GuardLike[]).map((guard, i) => {
    if (typeof guard === 'function') return frozen(guard, guard.name || `guard ${i + 1}`)
    textIn(`${field}[${i}].name`, guard?.name)
    functionIn(`${field}[${i}].check`, guard.check)
    return guard
  })
}

function frozen(freezes: () => boolean | string, name: string): RemediationGuard {
  return { name, between: true, check: () => reasonOf(freezes(), name) }
}

function reasonOf(answer: boolean | string, name: string): string | undefined {
  return answer === true ? `${name} says so` : answer || undefined
}
