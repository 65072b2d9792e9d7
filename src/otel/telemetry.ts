import type { MeterProvider } from '@opentelemetry/api'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { type Attributes, type Duration, duration, oneOf, textIn } from '../model/index.js'
import { type IntakeOptions, limitsOf } from './intake-options.js'
import { logExporter, metricExporters, nowhere } from './otlp-exporters.js'
import { type OtelEnvironment, otelEnvironment } from './otel-environment.js'
import type { EventLoggerProvider } from './providers.js'
import { type Tee, tee } from './tee.js'

/** How {@link telemetry} is set up. Everything has a default, and what is left out here the `OTEL_*` variables may say. */
export interface TelemetrySettings extends IntakeOptions {
  /** `service.name`. @defaultValue `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, else `unknown_service` */
  readonly service?: string
  /** Further resource attributes; they outrank those of `OTEL_RESOURCE_ATTRIBUTES`. @defaultValue none */
  readonly attributes?: Attributes
  /** How often metrics are collected, observed and sent. From 100 ms to 1 h. @defaultValue `OTEL_METRIC_EXPORT_INTERVAL`, else `'10s'` */
  readonly every?: Duration
  /** Base URL of the receiver: `'http://collector:4318'`. @defaultValue `OTEL_EXPORTER_OTLP_ENDPOINT` and its kin */
  readonly endpoint?: string
  /**
   * How histograms are aggregated. Exponential ones give quantiles to a few percent at any scale; explicit ones have the
   * boundaries that the instrument advises, else the SDK's (0, 5, 10, 25 …), which tell nothing about seconds.
   * @defaultValue `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`, else `'exponential'`
   */
  readonly histograms?: 'exponential' | 'explicit'
  /** A metric exporter of your own, in place of OTLP over HTTP; its own preferences then count. */
  readonly exporter?: PushMetricExporter
  /** Whether to register the providers globally, where none is registered yet. @defaultValue `true` */
  readonly global?: boolean
  /** How long a flush and the shutdown may take; what could not be sent by then is lost. From 100 ms to 1 m. @defaultValue `'5s'` */
  readonly deadline?: Duration
}

interface Flushing {
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
}

/**
 * Sets OpenTelemetry up for a service that has not done so: a meter provider with OTLP over HTTP, observed through
 * {@link tee}, and a logger provider where the packages for it are installed.
 *
 * What is given here outranks the environment, which outranks the defaults. Honoured: `OTEL_SDK_DISABLED`, `OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_METRICS_EXPORTER` and `OTEL_LOGS_EXPORTER` (`otlp`, `console` for metrics, `none`: observed,
 * not sent), `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_METRIC_EXPORT_TIMEOUT`, and by the exporters all of `OTEL_EXPORTER_OTLP_*`;
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
  const limits = checked(settings)
  const api = await import('@opentelemetry/api')
  const warn = (text: string): void => api.diag.warn(`pi-uptime: ${text}`)
  const environment = otelEnvironment(process.env, warn)
  const resource = await resourceOf(settings)
  const service = String(resource.attributes['service.name'])
  if (environment.disabled) return disabled(service, api.createNoopMeter)
  const to = { endpoint: settings.endpoint, environment, warn }

  const [first, ...others] = settings.exporter ? [settings.exporter] : await metricExporters(to)
  const source = tee(first as PushMetricExporter, settings)
  if (!settings.exporter && histogramsOf(settings, environment) === 'exponential') {
    source.selectAggregation = type => ({ type: (type as string) === 'HISTOGRAM' ? 5 : 0 })
  }
  const sdk = await import('@opentelemetry/sdk-metrics')
  const interval = limits.every ?? environment.interval ?? 10_000
  const timing = { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(environment.timeout ?? 30_000, interval) }
  const readers = [source, ...others].map(exporter => new sdk.PeriodicExportingMetricReader({ exporter, ...timing }))
  const meterProvider = new sdk.MeterProvider({ resource, readers })
  const loggerProvider = await loggers(resource, await logExporter(to))

  const withdraw = settings.global === false ? () => {} : await register(meterProvider, loggerProvider)
  const parts: Flushing[] = loggerProvider ? [meterProvider, loggerProvider] : [meterProvider]
  let ended: Promise<void> | undefined
  return {
    service,
    source,
    meterProvider,
    ...(loggerProvider && { loggerProvider }),
    forceFlush: () => within(limits.deadline, parts.map(part => part.forceFlush())),
    shutdown() {
      withdraw()
      ended ??= within(limits.deadline, parts.map(part => part.shutdown()))
      return ended
    },
  }
}
