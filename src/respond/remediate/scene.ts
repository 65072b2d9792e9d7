import type { Case, EngineState, PlaybookState, Run } from './engine-state.js'
import type { Situation } from './guards/guard.js'
import type { RungTraits, Traits } from './traits.js'

/** One moment of one playbook: all that a decision is made from. */
export interface Scene {
  readonly engine: EngineState
  readonly book: PlaybookState
  readonly patient: Case
  /** Stage time. */
  readonly now: number
}

/** A {@link Scene} with its run. */
export interface RunScene extends Scene {
  readonly run: Run
}

/** The rung of a ladder; the last one for all that come after it. */
export function rungOf({ rungs }: Traits, at: number): RungTraits {
  return rungs[Math.min(at, rungs.length - 1)] as RungTraits
}

/** What the guards are asked about. */
export function situationOf(playbook: Traits, { engine, book, patient, now }: Scene, rung: number): Situation {
  const { incident, treats } = patient
  const findings = incident.findings.filter(({ id, state }) => state === 'open' && treats.includes(id))
  return { now, playbook, rung: rungOf(playbook, rung), engine, book, incident, findings }
}
