import type { ActionOutcome, Incident, Severity } from '../../model/index.js'

/** An incident, as a playbook sees it. Plain data. */
export interface Case {
  incident: Incident
  /** Ids of the open findings that call for the playbook. */
  treats: readonly string[]
  attempts: number
  /** How many of the attempts were seen not to help: the rung of the ladder. */
  failures: number
  /** Nothing more is done about it. */
  done: boolean
  /** The guard that refused last; empty when none did. */
  refusedBy: string
  /** No try before this age: what refused cannot be asked at every tick. */
  notBefore: number
}

/** A finding before the steps. Plain data. */
export interface Reading {
  readonly id: string
  readonly severity: Severity
  /** How far outside of what was expected, in half bands; the score where nothing was expected. */
  readonly deviation: number
  /** Whether it called for the run. */
  readonly treated: boolean
}

export type Phase =
  | 'shadowing'
  | 'asking'
  | 'preparing'
  | 'stepping'
  | 'settling'
  | 'verifying'
  | 'concluding'
  | 'undoing'
  | 'closing'

/** One run under way. Plain data. */
export interface Run {
  readonly id: string
  readonly incident: string
  readonly attempt: number
  readonly rung: number
  readonly treats: readonly string[]
  /** Every open finding of the incident, as it was before. */
  readonly before: readonly Reading[]
  /** Wall time. */
  readonly startedAt: number
  phase: Phase
  /** The age at which the phase ends by itself. */
  until: number
  /** How many steps have begun. */
  begun: number
  /** Whether this process knows the incident, from the flow or from its memory, and not from the journal only. */
  heard: boolean
  /** How it ended, once that is known, and why. */
  outcome: ActionOutcome | ''
  evidence: string
  /** Once it has ended: the work is taken back. */
  undo: boolean
  /** Once it has ended: a person is told. */
  escalate: boolean
  /** How often taking the work back has begun. */
  undos: number
}

/** That a run was begun: what the budgets count. Plain data. */
export interface Deed {
  readonly id: string
  readonly playbook: string
  /** The engine's age then. */
  readonly at: number
  readonly disruptive: boolean
  readonly resources: readonly string[]
  readonly reverses: readonly string[]
}

/** What has come of a playbook so far. Plain data. */
export interface Score {
  helped: number
  /** No effect, unknown and failed. */
  idle: number
  harmed: number
  /** Runs in a row that did not help. */
  streak: number
  /** Benched until this age; -1 when not. */
  benchedUntil: number
  /** How long the last bench was. */
  bench: number
  /** While it only observed: incidents that cleared by themselves within `settle`, and those that stayed. */
  cleared: number
  stayed: number
}

/** What one playbook remembers. Plain data. */
export interface PlaybookState {
  readonly name: string
  run: Run | null
  readonly cases: Case[]
  /** The age at which the last run ended; -1 before the first. */
  endedAt: number
  /** The age since which it has been there in this process. */
  bornAt: number
  /** The age at which it was last asked: one that was taken out is in nobody's way. */
  seenAt: number
  /** Whether it may do something at all, and does not only observe. */
  acts: boolean
  score: Score
}

/** What all playbooks of a monitor remember together: so that they can keep out of each other's way. Plain data. */
export interface EngineState {
  readonly books: PlaybookState[]
  /** The latest deeds of all playbooks, oldest first. */
  readonly deeds: Deed[]
  /**
   * The time that the engine has lived through, in milliseconds: it advances by small steps only, so that neither a jump of the
   * clock nor the time that the process was down shortens a cooldown or resets a budget.
   */
  age: number
  /** Stage time of the last call; -1 before the first. */
  seenAt: number
  /** How long nothing has called for any repair. */
  wellFor: number
  /** The age at which that had last been so for half an hour; -1 before. */
  wellAt: number
}
