import {
  type Action,
  type ActionOutcome,
  describe,
  type Finding,
  type Incident,
  idOf,
  NONE,
  type Outcome,
} from '../../model/index.js'

/** The options of `remediate()`, checked; times in milliseconds. */
export interface Limits {
  readonly playbook: string
  readonly settle: number
  readonly cooldown: number
  readonly attempts: number
  readonly timeout: number
  readonly verifies: boolean
  readonly dryRun: boolean
}

/** An incident that calls for this playbook. Plain data. */
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

/** What is to be carried out. `conclude` tells, takes back and escalates as it says. */
export type Order =
  | { readonly kind: 'apply' | 'verify'; readonly run: string; readonly incident: Incident; readonly action: Action }
  | {
      readonly kind: 'conclude'
      readonly incident: Incident
      readonly action: Action
      readonly undo: boolean
      readonly escalate: boolean
    }

const MOST_CASES = 100
/** An order's outcome is waited for so much longer than its deadline; later it was lost in a restart. */
const MARGIN = 5_000

/** Takes a new version of an incident in. */
export function take(state: PlaybookState, incident: Incident, matches: (finding: Finding) => boolean): void {
  const treats = incident.findings.filter((finding) => finding.state === 'open' && matches(finding)).map(({ id }) => id)
  const known = state.cases.find((other) => other.incident.id === incident.id)
  if (known) Object.assign(known, { incident, treats })
  else if (treats.length > 0) state.cases.push({ incident, treats, attempts: 0, done: false })
  if (state.cases.length > MOST_CASES) state.cases.shift()
}

/** What to do now, if anything. Pure but for the state. */
export function advance(state: PlaybookState, now: number, limits: Limits): readonly Order[] {
  const { run } = state
  const patient = run && state.cases.find(({ incident }) => incident.id === run.incident)
  if (run && patient) return proceed(state, run, patient, now, limits)
  state.run = null
  forgetClosed(state)
  const next = state.cases.find(({ treats, done }) => treats.length > 0 && !done)
  const cooling = state.endedAt >= 0 && now - state.endedAt < limits.cooldown
  return next && !cooling ? begin(state, next, now, limits) : NONE
}

/** Learns what became of an order. */
export function learn(
  state: PlaybookState,
  order: Order,
  outcome: Outcome,
  now: number,
  limits: Limits,
): readonly Order[] {
  const { run } = state
  const patient = run && state.cases.find(({ incident }) => incident.id === run.incident)
  if (!run || !patient || order.kind === 'conclude' || order.run !== run.id) return NONE
  if (!outcome.ok) return conclude(state, run, patient, now, limits, 'failed', outcome.error)
  if (order.kind === 'verify') {
    if (outcome.value === true)
      return conclude(
        state,
        run,
        patient,
        now,
        limits,
        'helped',
        `the signals recovered ${since(run, now)} and its own check agrees`,
      )
    return conclude(
      state,
      run,
      patient,
      now,
      limits,
      'no effect',
      'the signals recovered, but its own check does not agree',
    )
  }
  run.phase = 'settling'
  run.until = now + limits.settle
  return advance(state, now, limits)
}

function begin(state: PlaybookState, patient: Case, now: number, limits: Limits): readonly Order[] {
  patient.attempts++
  const { incident, attempts: attempt, treats } = patient
  const run: Run = {
    id: idOf('a', limits.playbook, incident.id, attempt),
    incident: incident.id,
    attempt,
    treats,
    startedAt: now,
    phase: 'applying',
    until: now + limits.timeout + MARGIN,
  }
  if (limits.dryRun) {
    patient.done = true
    return [
      {
        kind: 'conclude',
        incident,
        action: actionOf(run, limits, now, 'dry run', `would act on: ${incident.title}`),
        undo: false,
        escalate: false,
      },
    ]
  }
  state.run = run
  return [
    {
      kind: 'apply',
      run: run.id,
      incident,
      action: actionOf(run, limits, now, 'started', `attempt ${attempt} of ${limits.attempts} on: ${incident.title}`),
    },
  ]
}

function proceed(state: PlaybookState, run: Run, patient: Case, now: number, limits: Limits): readonly Order[] {
  if (run.phase === 'settling' && recovered(run, patient.incident)) {
    if (!limits.verifies)
      return conclude(state, run, patient, now, limits, 'helped', `the signals recovered ${since(run, now)}`)
    run.phase = 'verifying'
    run.until = now + limits.timeout + MARGIN
    return [
      {
        kind: 'verify',
        run: run.id,
        incident: patient.incident,
        action: actionOf(run, limits, now, 'started', 'asks its own check'),
      },
    ]
  }
  if (now < run.until) return NONE
  if (run.phase === 'settling')
    return conclude(
      state,
      run,
      patient,
      now,
      limits,
      'no effect',
      `the signals did not recover within ${describe(limits.settle)}`,
    )
  return conclude(state, run, patient, now, limits, 'failed', 'it was cut short and its outcome is not known')
}

function conclude(
  state: PlaybookState,
  run: Run,
  patient: Case,
  now: number,
  limits: Limits,
  outcome: ActionOutcome,
  evidence: string,
): readonly Order[] {
  state.run = null
  state.endedAt = now
  const helped = outcome === 'helped'
  const escalate = !helped && patient.attempts >= limits.attempts
  if (escalate) patient.done = true
  const { incident } = patient
  forgetClosed(state)
  return [
    { kind: 'conclude', incident, action: actionOf(run, limits, now, outcome, evidence), undo: !helped, escalate },
  ]
}

/** The findings that made it act have all closed. */
function recovered(run: Run, incident: Incident): boolean {
  return (
    incident.state === 'closed' ||
    !incident.findings.some(({ id, state }) => state === 'open' && run.treats.includes(id))
  )
}

function forgetClosed(state: PlaybookState): void {
  for (let i = state.cases.length - 1; i >= 0; i--)
    if (state.cases[i]?.incident.state === 'closed') state.cases.splice(i, 1)
}

function actionOf(run: Run, limits: Limits, time: number, outcome: ActionOutcome, evidence: string): Action {
  const { id, incident, attempt, startedAt } = run
  return { id, name: limits.playbook, incident, attempt, outcome, startedAt, time, evidence }
}

function since(run: Run, now: number): string {
  return `within ${describe(now - run.startedAt)}`
}
