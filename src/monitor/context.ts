import type {
  Action,
  Alert,
  Audit,
  CheckResult,
  Clock,
  Context,
  Finding,
  Handle,
  Rating,
  SignalOptions,
  Store,
} from '../model/index.js'
import type { Guard } from './guard.js'

/** What a context passes on to. */
export interface ContextShell {
  readonly service: string
  readonly clock: Clock
  readonly store: Store
  readonly guard: Guard
  readonly ratings: { take(id: string, rating: Rating): boolean }
  readonly repairs: { readonly trail: Audit; acted(action: Action): void }
  save(): Promise<void>
  signal(name: string, options?: SignalOptions): Handle
  health(result: CheckResult, part: string): void
  found(findings: readonly Finding[], by: string): void
  alerted(alert: Alert): void
}

/** A part's own context. A method that is given nonsense counts a fault against the part, and throws nothing. */
export function contextOf(shell: ContextShell, part: string, abort: AbortSignal): Context {
  const { service, clock, store, guard, ratings, repairs } = shell
  const safely = (work: () => void): void => guard.try(part, work)
  return {
    service,
    clock,
    store,
    audit: repairs.trail,
    abort,
    signal: (name, options) => shell.signal(name, options),
    health: (result) => safely(() => shell.health(result, part)),
    report: (finding) => safely(() => shell.found([finding], part)),
    acted: (action) => safely(() => repairs.acted(action)),
    alerted: (alert) => safely(() => shell.alerted(alert)),
    feedback: (id, rating) => ratings.take(id, rating),
    save: () => shell.save(),
    fault: (error) => guard.fault(part, error),
  }
}
