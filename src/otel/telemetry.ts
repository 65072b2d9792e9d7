import type { MeterProvider } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { OutboxOptions } from '../edge/outbox/settings.js'
import { ConfigError, type Source } from '../model/index.js'
import type { TelemetryKind } from './durable/kinds.js'
import type { SomeExporter } from './durable.js'
import { registerGlobally } from './global-providers.js'
import { intakeOptionsIn } from './intake-options.js'
import { otelEnvironment, type Variables } from './otel-environment.js'
import { type Destination, type LogExporter, logExporter, metricExporters, nowhere } from './otlp-exporters.js'
import type { EventLoggerProvider } from './providers.js'
import { type Tee, tee } from './tee.js'
import { type Course, courseOf, type TelemetrySettings } from './telemetry-settings.js'

/** What can be flushed and ended. */
export interface Flushing {
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/** OpenTelemetry, set up. */
export interface Telemetry extends Flushing {
  /** `service.name`, wherever it came from. */
  readonly service: string
  /** All metrics of the app, for the monitor to observe. */
  readonly source: Tee
  readonly meterProvider: MeterProvider & Flushing
  /** There when `@opentelemetry/sdk-logs` and `@opentelemetry/exporter-logs-otlp-http` are installed. */
  readonly loggerProvider?: EventLoggerProvider & Flushing
  /** How the outboxes stand, for `observe`; empty without {@link TelemetrySettings.outbox}. */
  readonly outboxes: readonly Source[]
}

const EXPONENTIAL = { type: 5 } as const
const DEFAULT = { type: 0 } as const

/**
 * Sets OpenTelemetry up for a service that has not done so: a meter provider with OTLP over HTTP, observed through
 * {@link tee}, and a logger provider where the packages for it are installed.
 *
 * What is given here outranks the environment, which outranks the defaults. Honoured: `OTEL_SDK_DISABLED`, `OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_METRICS_EXPORTER` and `OTEL_LOGS_EXPORTER` (`otlp`, `console` for metrics, `none`: observed,
 * not sent), `PI_UPTIME_OUTBOX`, `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_METRIC_EXPORT_TIMEOUT`, and by the exporters all of `OTEL_EXPORTER_OTLP_*`;
 * `http/protobuf` needs `@opentelemetry/exporter-metrics-otlp-proto` (and `-logs-`), otherwise JSON is sent.
 *
 * Costs what the SDK costs: some 200 ms and 20 MB. `forceFlush` and `shutdown` never reject and end within the deadline.
 *
 * @throws ConfigError when an option is out of its range. Rejects when the OpenTelemetry SDK is not installed.
 * @example
 * const otel = await telemetry({ service: 'checkout' })
 * const monitor = createMonitor({ service: 'checkout', observe: [otel.source], watch: [anomaly()], telemetry: otel })
 */
export async function telemetry(settings: TelemetrySettings = {}): Promise<Telemetry> {
  const { diag } = await import('@opentelemetry/api')
  return setUp(settings, process.env, (text) => diag.warn(`pi-uptime: ${text}`))
}

/** The same, with the environment and the place for warnings to choose. */
export async function setUp(
  settings: TelemetrySettings,
  variables: Variables,
  warn: (text: string) => void,
): Promise<Telemetry> {
  const { createNoopMeter } = await import('@opentelemetry/api')
  const environment = otelEnvironment(variables, warn)
  const course = courseOf(settings, environment)
  const resource = await resourceOf(settings)
  const service = String(resource.attributes['service.name'])
  if (environment.disabled) return disabled(service, createNoopMeter)

  const to: Destination = { endpoint: settings.endpoint, environment, warn }
  const outboxes: Source[] = []
  const kept = await keeper(course.outbox, outboxes)
  const { source, meterProvider } = await metrics(settings, course, to, resource, kept)
  const logging = await logExporter(to)
  const loggerProvider = await logs(logging && kept(logging, 'logs'), resource)
  const withdraw = settings.global === false ? () => {} : await registerGlobally(meterProvider, loggerProvider)
  const parts: Flushing[] = loggerProvider ? [meterProvider, loggerProvider] : [meterProvider]
  let ended: Promise<void> | undefined
  return {
    service,
    source,
    meterProvider,
    ...(loggerProvider && { loggerProvider }),
    outboxes,
    forceFlush: () =>
      within(
        course.deadline,
        parts.map((part) => part.forceFlush()),
      ),
    shutdown() {
      withdraw()
      ended ??= within(
        course.deadline,
        parts.map((part) => part.shutdown()),
      )
      return ended
    },
  }
}

async function metrics(
  settings: TelemetrySettings,
  { interval, timeout, histograms }: Course,
  to: Destination,
  resource: Resource,
  kept: Keep,
): Promise<{ readonly source: Tee; readonly meterProvider: MeterProvider & Flushing }> {
  const sdk = await import('@opentelemetry/sdk-metrics')
  const [first, ...others] = settings.exporter ? [settings.exporter] : await metricExporters(to)
  if (typeof first?.export !== 'function') throw new ConfigError('telemetry.exporter', 'a metric exporter', first)
  const isSent = settings.exporter !== undefined || to.environment.metrics[0] === 'otlp'
  const source = tee(isSent ? kept(first, 'metrics') : first, intakeOptionsIn(settings))
  if (!settings.exporter && histograms === 'exponential') {
    source.selectAggregation = (type) => ((type as string) === 'HISTOGRAM' ? EXPONENTIAL : DEFAULT)
  }
  const reader = (exporter: PushMetricExporter) =>
    new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: interval, exportTimeoutMillis: timeout })
  return { source, meterProvider: new sdk.MeterProvider({ resource, readers: [source, ...others].map(reader) }) }
}

async function logs(
  exporter: LogExporter | undefined,
  resource: Resource,
): Promise<(EventLoggerProvider & Flushing) | undefined> {
  if (!exporter) return undefined
  try {
    const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs')
    return new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] })
  } catch {
    return undefined
  }
}

/** Wraps an exporter, or leaves it as it is. */
type Keep = <E extends SomeExporter>(exporter: E, kind: TelemetryKind) => E

async function keeper(outbox: OutboxOptions | undefined, outboxes: Source[]): Promise<Keep> {
  if (!outbox) return (exporter) => exporter
  const { durable } = await import('./durable.js')
  return <E extends SomeExporter>(exporter: E, kind: TelemetryKind): E => {
    const lasting = durable(exporter, { ...outbox, kind })
    outboxes.push(lasting)
    return lasting as unknown as E
  }
}

/** The SDK's default resource, overlaid with the environment's, overlaid with what was given. */
async function resourceOf({ service, attributes }: TelemetrySettings): Promise<Resource> {
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = await import(
    '@opentelemetry/resources'
  )
  const given = { ...attributes, ...(service !== undefined && { 'service.name': service }) }
  return defaultResource()
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes(given))
}

/** OpenTelemetry switched off: everything is there, and nothing happens. */
function disabled(service: string, createNoopMeter: () => ReturnType<MeterProvider['getMeter']>): Telemetry {
  const ends: Flushing = { forceFlush: async () => {}, shutdown: async () => {} }
  return {
    service,
    source: tee(nowhere()),
    meterProvider: { getMeter: createNoopMeter, ...ends },
    outboxes: [],
    ...ends,
  }
}

/** Resolves when all have settled, or the time is up. The SDK's own shutdown may hang for ten seconds. */
function within(ms: number, work: readonly Promise<unknown>[]): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => resolve(), { once: true })
    void Promise.allSettled(work).then(() => resolve())
  })
}
