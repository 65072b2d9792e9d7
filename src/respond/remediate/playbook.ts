import {
  type ActionOutcome,
  describe,
  type Finding,
  hasRecovered,
  type Incident,
  idOf,
  NONE,
  type Outcome,
} from '../../model/index.js'
import {
  allClosed,
  type Case,
  forgetClosed,
  forgetOldest,
  type Limits,
  type Order,
  type PlaybookState,
  patientOf,
  type Run,
  treated,
} from './playbook-state.js'

const MOST_CASES = 100
/** An order's outcome is waited for so much longer than its deadline; later it was lost in a restart. */
const MARGIN = 5_000

/**
 * When to act, and whether it helped: a state machine over plain data, with time as a value.
 *
 *     (incident) → applying → settling → [verifying] → [undoing] → concluded → cooldown → …
 */
export class Playbook {
  constructor(private readonly limits: Limits) {}

  /** Takes a new version of an incident in. */
  take(state: PlaybookState, incident: Incident, matches: (finding: Finding) => boolean): void {
    const treats = incident.findings.filter((each) => each.state === 'open' && matches(each)).map(({ id }) => id)
    const known = state.cases.find((other) => other.incident.id === incident.id)
    if (known) Object.assign(known, { incident, treats })
    else if (treats.length > 0) state.cases.push({ incident, treats, attempts: 0, done: false })
    if (state.cases.length > MOST_CASES) forgetOldest(state)
  }

  /** What to do now, if anything. */
  advance(state: PlaybookState, now: number): readonly Order[] {
    const { run } = state
    const undoing = run?.phase === 'undoing'
    if (undoing && now < run.until) return NONE
    const patient = patientOf(state)
    if (run && patient && !undoing) return this.#proceed(state, run, patient, now)
    state.run = null
    forgetClosed(state)
    const waiting = state.cases.filter(({ treats, done }) => treats.length > 0 && !done)
    const spent = waiting.find(({ attempts }) => attempts >= this.limits.attempts)
    if (spent) return this.#giveUp(spent, now)
    const cooling = state.endedAt >= 0 && now - state.endedAt < this.limits.cooldown
    const [next] = waiting
    return next && !cooling ? this.#begin(state, next, now) : NONE
  }

  /** Learns what became of an order. */
  learn(state: PlaybookState, order: Order, outcome: Outcome, now: number): readonly Order[] {
    const { run } = state
    const patient = patientOf(state)
    if (!run || order.action.id !== run.id) return NONE
    if (order.kind === 'conclude') return this.#ended(state, now)
    if (!patient || run.phase === 'undoing') return NONE
    if (!outcome.ok) return this.#conclude(state, run, patient, now, 'failed', outcome.error)
    if (order.kind === 'verify') return this.#judge(state, run, patient, now, outcome.value === true)
    run.phase = 'settling'
    run.until = now + this.limits.settle
    return this.advance(state, now)
  }

  #begin(state: PlaybookState, patient: Case, now: number): readonly Order[] {
    const { playbook, timeout, attempts, dryRun } = this.limits
    const { incident, treats } = patient
    const attempt = ++patient.attempts
    const id = idOf('a', playbook, incident.id, attempt)
    const until = now + timeout + MARGIN
    const run: Run = { id, incident: incident.id, attempt, treats, startedAt: now, phase: 'applying', until }
    patient.done = dryRun
    if (dryRun) return [this.#order('conclude', run, patient, now, 'dry run', `would act on: ${incident.title}`)]
    state.run = run
    return [
      this.#order('apply', run, patient, now, 'started', `attempt ${attempt} of ${attempts} on: ${incident.title}`),
    ]
  }

  /** Its attempts are spent, the last one helped, and the trouble is back: what must be done again and again is no repair. */
  #giveUp(patient: Case, now: number): readonly Order[] {
    const { incident, attempts: attempt } = patient
    const end = { id: idOf('a', this.limits.playbook, incident.id, 'back'), attempt, startedAt: now }
    patient.done = true
    return [this.#order('escalate', end, patient, now, 'escalated', 'it helped, but the trouble came back')]
  }

  #proceed(state: PlaybookState, run: Run, patient: Case, now: number): readonly Order[] {
    if (run.phase === 'settling' && allClosed(run, patient.incident)) return this.#closed(state, run, patient, now)
    if (now < run.until) return NONE
    const { settle } = this.limits
    if (run.phase !== 'settling') {
      return this.#conclude(state, run, patient, now, 'failed', 'it was cut short, and what it did is not known')
    }
    return this.#conclude(
      state,
      run,
      patient,
      now,
      'no effect',
      `the signals did not recover within ${describe(settle)}`,
    )
  }

  /** The findings have closed: because the signals came back, or because they stayed where they are. */
  #closed(state: PlaybookState, run: Run, patient: Case, now: number): readonly Order[] {
    const elsewhere = treated(run, patient.incident).find((finding) => !hasRecovered(finding))
    if (elsewhere) return this.#conclude(state, run, patient, now, 'no effect', elsewhere.summary)
    if (!this.limits.verifies) return this.#judge(state, run, patient, now, true)
    run.phase = 'verifying'
    run.until = now + this.limits.timeout + MARGIN
    return [this.#order('verify', run, patient, now, 'started', 'asks its own check')]
  }

  #judge(state: PlaybookState, run: Run, patient: Case, now: number, helped: boolean): readonly Order[] {
    const recovered = `the signals recovered within ${describe(now - run.startedAt)}`
    if (helped) return this.#conclude(state, run, patient, now, 'helped', recovered)
    return this.#conclude(state, run, patient, now, 'no effect', `${recovered}, but its own check does not agree`)
  }

  #conclude(
    state: PlaybookState,
    run: Run,
    patient: Case,
    now: number,
    outcome: ActionOutcome,
    evidence: string,
  ): readonly Order[] {
    const undo = outcome !== 'helped'
    state.run = undo ? run : null
    run.phase = 'undoing'
    run.until = now + this.limits.timeout + MARGIN
    state.endedAt = now
    const escalate = undo && patient.attempts >= this.limits.attempts
    patient.done ||= escalate
    forgetClosed(state)
    return [{ ...this.#order('conclude', run, patient, now, outcome, evidence), undo, escalate }]
  }

  /** What did not help has been taken back; only now may something else be done. */
  #ended(state: PlaybookState, now: number): readonly Order[] {
    state.run = null
    state.endedAt = now
    return this.advance(state, now)
  }

  #order(
    kind: Order['kind'],
    run: Pick<Run, 'id' | 'attempt' | 'startedAt'>,
    { incident }: Case,
    time: number,
    outcome: ActionOutcome,
    evidence: string,
  ): Order {
    const { id, attempt, startedAt } = run
    const action = {
      id,
      name: this.limits.playbook,
      incident: incident.id,
      attempt,
      outcome,
      startedAt,
      time,
      evidence,
    }
    return { kind, incident, action, undo: false, escalate: false }
  }
}
