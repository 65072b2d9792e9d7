/**
 * A service that watches, heals and reports itself: what to observe, what to watch for, how to respond.
 *
 * @packageDocumentation
 */
export * from './detect/index.js'
export { type CorrelateOptions, type CorrelatorState, correlate } from './incident/index.js'
export {
  type Action,
  type ActionOutcome,
  type Alert,
  type AlertReason,
  type Attributes,
  type AttributeValue,
  type Band,
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
  type Finding,
  type Handle,
  type Health,
  type HealthFilter,
  type HealthStatus,
  type Incident,
  type Monitor,
  NONE,
  type Outcome,
  type Part,
  type Remediation,
  type Responder,
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
export {
  type AlertOptions,
  type AlertOrder,
  type AlertState,
  alert,
  type Case,
  type Condition,
  type FindingCondition,
  type Note,
  type Order,
  type PlaybookState,
  type RemediateOptions,
  type Run,
  remediate,
  type Step,
} from './respond/index.js'
export { type AnomalyOptions, type AnomalyState, anomaly, type Episode } from './watch/index.js'
