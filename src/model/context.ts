import type { Action } from './action.js'
import type { Alert } from './alert.js'
import type { Audit } from './audit.js'
import type { Clock } from './clock.js'
import type { Rating } from './feedback.js'
import type { Finding } from './finding.js'
import type { CheckResult } from './health.js'
import type { Handle, SignalOptions } from './signal.js'
import type { Store } from './store.js'

/** The run that a step belongs to. */
export interface RunIdentity {
  /** The same for all steps of a run, and over a restart: an idempotency key. */
  readonly id: string
  readonly attempt: number
  /** The fencing token of the lease, where one is held and has one. */
  readonly token: string | number | undefined
}

/** What the monitor lends to a part that does I/O. Every method is safe to call at any time, also after the end. */
export interface Context {
  /** `service.name`. */
  readonly service: string
  readonly clock: Clock
  /** Fires when the part is taken out, the monitor stops, or the call's deadline passes. */
  readonly abort: AbortSignal
  readonly store: Store
  /** In a step of a playbook, its `precondition`, `verify` and `undo`: which run it is of. */
  readonly run?: RunIdentity
  /** What was done, kept in the store. */
  readonly audit: Audit
  /** A signal bound for recording. */
  signal(name: string, options?: SignalOptions): Handle
  /** Publishes a health result. */
  health(result: CheckResult): void
  /** Adds a finding to the flow, as a watcher would. */
  report(finding: Finding): void
  /** Says what was done: kept, counted, exported and shown as an `action` event. */
  acted(action: Action): void
  /** Says that a person was told: counted, exported and shown as an `alert` event. */
  alerted(alert: Alert): void
  /** Takes a person's word on a finding or an incident, by id; as `Monitor.feedback`. For a button under an alert. */
  feedback(id: string, rating: Rating): boolean
  /** Saves the monitor's memory now: before something that ends the process. Never rejects. */
  save(): Promise<void>
  /** Counts a failure of the part's own, without ending it. */
  fault(error: unknown): void
}
