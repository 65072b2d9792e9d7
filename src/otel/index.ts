/**
 * OpenTelemetry: an app's metrics in, findings, incidents and health out.
 *
 * @packageDocumentation
 */

export type { OutboxStatus } from '../edge/outbox/outlet.js'
export type { OutboxOptions } from '../edge/outbox/settings.js'
export type { DropReason, LaneStatus } from '../edge/outbox/tally.js'
export type { TelemetryKind } from './durable/kinds.js'
export type { ExportResult } from './durable/verdict.js'
export { type Durable, type DurableOptions, durable, type ExportTold, type SomeExporter } from './durable.js'
export type { IntakeStats } from './intake.js'
export type { IntakeOptions } from './intake-options.js'
export type { LogEvent } from './log-event.js'
export { type Logs, type LogsOptions, type LogsStats, type LogTemplate, logs, type SomeLogRecord } from './logs.js'
export type { EventLogger, EventLoggerProvider } from './providers.js'
export { sharedView } from './shared-view.js'
export type { SomeContext } from './spans/caller.js'
export type { SomeSpan } from './spans/span.js'
export { type Edge, type Exemplars, type Spans, type SpansOptions, type SpansStats, spans } from './spans.js'
export { type SummariseOptions, type SummariseStats, type Summarising, summarise } from './summarise.js'
export { type Tap, type TapOptions, tap } from './tap.js'
export { type Tee, tee } from './tee.js'
export { type Flushing, type Telemetry, telemetry } from './telemetry.js'
export type { TelemetrySettings } from './telemetry-settings.js'
