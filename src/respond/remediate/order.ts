import { type Action, type ActionOutcome, type Incident, idOf } from '../../model/index.js'
import type { Run } from './engine-state.js'
import type { Refusal } from './guards/guard.js'
import { type Journal, journalOf } from './intent.js'
import type { RunScene, Scene } from './scene.js'

/**
 * What is to be carried out. `recover`: find what a crash left. `refuse`: a guard has refused. `tell`: an outcome without work.
 * `ask`: a person; `approved` by one. `prepare`: write the intent. `step`, `record` that all are done, `verify`, `conclude`, `undo` and `close` are
 * the course of a run.
 */
export type OrderKind =
  | 'recover'
  | 'refuse'
  | 'tell'
  | 'ask'
  | 'approved'
  | 'prepare'
  | 'step'
  | 'record'
  | 'verify'
  | 'conclude'
  | 'undo'
  | 'close'

/** What {@link OrderKind} says, with all that it takes. Plain data. */
export interface Order {
  readonly kind: OrderKind
  readonly action: Action
  readonly incident: Incident | null
  readonly rung: number
  /** A person is told. */
  readonly escalate: boolean
  /** With `step`: which; with `undo`: how many have begun. */
  readonly step: number
  /** With `refuse`: who did. */
  readonly guard: string
  /** With `ask`: when the offer ends; wall time. */
  readonly expires: number
  readonly journal: Journal | null
}

/** What an order says of a run. */
export interface Said {
  readonly outcome: ActionOutcome
  readonly evidence: string
}

const NOTHING = { incident: null, rung: 0, escalate: false, step: 0, guard: '', expires: -1, journal: null }

/** An order about a run that writes nothing down. */
export function orderOf(
  kind: OrderKind,
  { book, patient, now: time }: Scene,
  run: Pick<Run, 'id' | 'attempt' | 'startedAt' | 'rung'>,
  said: Said,
  more: Partial<Order> = {},
): Order {
  const { incident } = patient
  const { id, attempt, startedAt, rung } = run
  const treated = incident.findings.filter((finding) => (book.run?.treats ?? patient.treats).includes(finding.id))
  const since = Math.min(startedAt, ...treated.map((finding) => finding.since))
  const action: Action = { id, name: book.name, incident: incident.id, attempt, since, startedAt, time, ...said }
  return orderAbout(kind, action, { incident, rung, ...more })
}

/** An order about an action that is known already. */
export function orderAbout(kind: OrderKind, action: Action, more: Partial<Order>): Order {
  return { ...NOTHING, kind, action, ...more }
}

/** An order in the course of a run, with the journal of this moment. */
export function courseOrder(kind: OrderKind, scene: RunScene, said: Said, more: Partial<Order> = {}): Order {
  const { engine, book, run } = scene
  return orderOf(kind, scene, run, said, { journal: journalOf(engine, book, run), ...more })
}

/** That a guard has refused: for the audit trail and the count, once for each change of mind. */
export function refusedOrder(scene: Scene, { guard, reason }: Refusal): Order {
  const { book, patient, now: startedAt } = scene
  const { attempts: attempt, incident } = patient
  const id = book.run?.id ?? idOf('a', book.name, incident.id, 'refused', startedAt)
  const said = { outcome: 'stopped', evidence: reason } as const
  return orderOf('refuse', scene, { id, attempt, startedAt, rung: 0 }, said, { guard })
}

/** The order to look for what a crash has left. */
export function recoverOrder(name: string, time: number): Order {
  const id = idOf('a', name, 'recover', time)
  const said = { incident: '', attempt: 0, since: time, startedAt: time, outcome: 'unknown', evidence: '' } as const
  return orderAbout('recover', { id, name, time, ...said }, {})
}
