export type { Action, ActionOutcome } from './action.js'
export type { Alert, AlertReason, Channel } from './alert.js'
export type { Audit, AuditEntry, AuditEvent } from './audit.js'
export { type Budget, budget } from './budget.js'
export type { Clock } from './clock.js'
export type { Context, RunIdentity } from './context.js'
export type { Band, Detector } from './detector.js'
export { type Duration, describe, duration } from './duration.js'
export { atOnce, ConfigError, isThenable, messageOf, show } from './errors.js'
export type { Fault } from './fault.js'
export type { Feedback, Rating } from './feedback.js'
export { compareSeverity, ESCALATION, type Finding, hasRecovered, idOf, type Severity, type State } from './finding.js'
export type { Forecast, Forecaster } from './forecaster.js'
export type { GroupDetector } from './group-detector.js'
export { type CheckKind, type CheckResult, type Health, type HealthStatus, worse } from './health.js'
export { inTime } from './in-time.js'
export type { Incident, Suspect } from './incident.js'
export type { Hold, Lease } from './lease.js'
export { mask } from './mask.js'
export type { BudgetUse, Events, HealthFilter, Monitor, Part, Stats } from './monitor.js'
export type { ObjectiveStatus } from './objective.js'
export { checkOptions, functionIn, integerIn, numberIn, oneOf, partIn, textIn, verbsIn } from './options.js'
export type { Remediation, Room } from './remediation.js'
export { matcher, type Selector, type SignalPattern } from './selector.js'
export { ATTRIBUTE, EVENT, EVENT_SIGNAL, isOurs, METRIC, OWN_PREFIX, SIGNAL } from './semconv.js'
export {
  type Attributes,
  type AttributeValue,
  type Handle,
  identityOf,
  NO_ATTRIBUTES,
  nameOf,
  type Signal,
  type SignalOptions,
} from './signal.js'
export type { Emit, Source } from './source.js'
export {
  type Answer,
  type Correlator,
  type Loaded,
  NONE,
  type Outcome,
  type Responder,
  type Stage,
  type Watcher,
} from './stage.js'
export type { Store } from './store.js'
export { clockTime, digits, figure } from './wording.js'
