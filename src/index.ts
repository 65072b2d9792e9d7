/**
 * A service that watches, heals and reports itself: what to observe, what to watch for, how to respond.
 *
 * @packageDocumentation
 */
export { type EwmaOptions, type EwmaState, ewma } from './detect/ewma.js'
export type { LevelOptions, LevelState } from './detect/level.js'
export { type CorrelateOptions, type CorrelatorState, correlate } from './incident/index.js'
export {
  type Action,
  type ActionOutcome,
  type Alert,
  type AlertReason,
  type Answer,
  type Attributes,
  type AttributeValue,
  type Audit,
  type AuditEntry,
  type AuditEvent,
  type Band,
  type Budget,
  type BudgetUse,
  type Channel,
  type CheckKind,
  type CheckResult,
  type Clock,
  ConfigError,
  type Context,
  type Correlator,
  type Detector,
  type Duration,
  type Emit,
  type Events,
  type Fault,
  type Feedback,
  type Finding,
  type Forecast,
  type Forecaster,
  type GroupDetector,
  type Handle,
  type Health,
  type HealthFilter,
  type HealthStatus,
  type Hold,
  type Incident,
  type Lease,
  type Monitor,
  NONE,
  type ObjectiveStatus,
  type Outcome,
  type Part,
  type Rating,
  type Remediation,
  type Responder,
  type Room,
  type RunIdentity,
  type Selector,
  type Severity,
  type Signal,
  type SignalOptions,
  type SignalPattern,
  type Source,
  type Stage,
  type State,
  type Stats,
  type Store,
  type Suspect,
  type Watcher,
} from './model/index.js'
export {
  createMonitor,
  type Environment,
  gracefulShutdown,
  type MonitorOptions,
  type Shutdown,
  type ShutdownOptions,
  type ShutdownReport,
  type StandardOptions,
  standard,
  systemClock,
  type TelemetryOptions,
} from './monitor/index.js'
export * from './observe/index.js'
export * from './respond/channels/index.js'
export * from './respond/index.js'
export { anomaly } from './watch/anomaly.js'
export type { AnomalyState } from './watch/anomaly-state.js'
export type { Episode } from './watch/episode.js'
export type { AnomalyOptions } from './watch/limits.js'
