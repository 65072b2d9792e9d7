import type { Incident } from '../../model/index.js'
import { patientOf } from './engine.js'
import type { Deed, EngineState, PlaybookState, Run, Score } from './engine-state.js'

/** What a playbook has to know after a crash: written and synced before each step. Plain data. */
export interface Journal {
  readonly version: 1
  readonly playbook: string
  readonly age: number
  readonly run: Run | null
  /** The incident of the run. */
  readonly incident: Incident | null
  readonly deeds: readonly Deed[]
  readonly tries: readonly Tries[]
  readonly endedAt: number
  readonly score: Score
  /** The fencing token that the run holds, where its lease has one. */
  readonly token?: string | number | undefined
}

/** What was tried on an incident. */
export interface Tries {
  readonly incident: string
  readonly attempts: number
  readonly failures: number
  readonly done: boolean
}

/** What must survive a crash of this moment. */
export function journalOf(state: EngineState, book: PlaybookState, run: Run | null): Journal {
  const { name: playbook, endedAt, score } = book
  const tries = book.cases.filter(({ attempts, done }) => attempts > 0 || done)
  return {
    version: 1,
    playbook,
    age: state.age,
    run: run && { ...run },
    incident: run && (patientOf(book)?.incident ?? null),
    deeds: state.deeds.filter((deed) => deed.playbook === playbook),
    tries: tries.map(({ incident, attempts, failures, done }) => ({ incident: incident.id, attempts, failures, done })),
    endedAt,
    score: { ...score },
  }
}
