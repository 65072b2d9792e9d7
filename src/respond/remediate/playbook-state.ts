import type { Action, Incident } from '../../model/index.js'

/** An incident that calls for a playbook. Plain data. */
export interface Case {
  incident: Incident
  /** Ids of the open findings that call for it. */
  treats: readonly string[]
  attempts: number
  /** Nothing more is done about it: it was escalated, or was a dry run. */
  done: boolean
}

/** One attempt under way. Plain data. */
export interface Run {
  readonly id: string
  readonly incident: string
  readonly attempt: number
  readonly treats: readonly string[]
  readonly startedAt: number
  phase: 'applying' | 'settling' | 'verifying'
  /** When the phase ends by itself. */
  until: number
}

/** What a playbook remembers. Plain data. */
export interface PlaybookState {
  run: Run | null
  readonly cases: Case[]
  /** When the last run ended; -1 before the first. */
  endedAt: number
}

/** What is to be carried out: the steps, the question whether they helped, the end of the run, or, with no run, a call for a person. */
export interface Order {
  readonly kind: 'apply' | 'verify' | 'conclude' | 'escalate'
  readonly incident: Incident
  readonly action: Action
  /** With `conclude`: the work is taken back. */
  readonly undo: boolean
  /** With `conclude`: a person is told. */
  readonly escalate: boolean
}
