import type { Action, Finding, Incident } from '../../model/index.js'

/** The options of `remediate()`, checked; times in milliseconds. */
export interface Limits {
  readonly playbook: string
  readonly settle: number
  readonly cooldown: number
  readonly attempts: number
  readonly timeout: number
  /** Whether some step has a check of its own. */
  readonly verifies: boolean
  readonly dryRun: boolean
}

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
  phase: 'applying' | 'settling' | 'verifying' | 'undoing'
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

/** The case of the run that is under way. */
export function patientOf({ run, cases }: PlaybookState): Case | undefined {
  return run === null ? undefined : cases.find(({ incident }) => incident.id === run.incident)
}

/** The findings that called for a run, as they stand now. */
export function treated(run: Run, incident: Incident): readonly Finding[] {
  return incident.findings.filter(({ id }) => run.treats.includes(id))
}

/** Whether nothing that called for a run is open any more. */
export function allClosed(run: Run, incident: Incident): boolean {
  return incident.state === 'closed' || treated(run, incident).every(({ state }) => state === 'closed')
}

export function forgetClosed({ cases }: PlaybookState): void {
  for (let i = cases.length - 1; i >= 0; i--) if (cases[i]?.incident.state === 'closed') cases.splice(i, 1)
}

/** Makes room for a case: the oldest goes, but for the one that is worked on. */
export function forgetOldest({ run, cases }: PlaybookState): void {
  cases.splice(cases[0]?.incident.id === run?.incident ? 1 : 0, 1)
}
