import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { OutboxOptions } from '../edge/outbox/settings.js'
import { type Attributes, ConfigError, checkOptions, type Duration, duration, oneOf, textIn } from '../model/index.js'
import { INTAKE_OPTIONS, type IntakeOptions, limitsOf } from './intake-options.js'
import type { OtelEnvironment } from './otel-environment.js'

/** How `telemetry()` is set up. Everything has a default, and what is left out here the `OTEL_*` variables may say. */
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
  /**
   * A directory in which metrics and log records wait that cannot be sent, or all options of an outbox: see {@link durable}. @defaultValue `PI_UPTIME_OUTBOX`, else none: what cannot be sent
   * within the exporter's timeout is lost
   */
  readonly outbox?: string | OutboxOptions
  /** How long a flush and the shutdown may take; what could not be sent by then is lost. From 100 ms to 1 m. @defaultValue `'5s'` */
  readonly deadline?: Duration
}

/** The settings, checked, with the environment's say. Milliseconds. */
export interface Course {
  readonly interval: number
  readonly timeout: number
  readonly deadline: number
  readonly histograms: 'exponential' | 'explicit'
  readonly outbox: OutboxOptions | undefined
}

const SETTINGS: readonly (keyof TelemetrySettings)[] = [
  ...INTAKE_OPTIONS,
  'service',
  'attributes',
  'every',
  'endpoint',
  'histograms',
  'exporter',
  'global',
  'deadline',
  'outbox',
]

/** @throws ConfigError naming the field. */
export function courseOf(settings: TelemetrySettings, environment: OtelEnvironment): Course {
  checkOptions('telemetry', settings, SETTINGS)
  const { service, every, endpoint, histograms, outbox, deadline = '5s' } = settings
  limitsOf('telemetry', settings)
  if (service !== undefined) textIn('telemetry.service', service)
  if (endpoint !== undefined && !isUrl(endpoint)) {
    throw new ConfigError('telemetry.endpoint', 'a base URL such as http://collector:4318', endpoint)
  }
  if (histograms !== undefined) oneOf('telemetry.histograms', histograms, ['exponential', 'explicit'])
  const interval =
    every === undefined ? (environment.interval ?? 10_000) : duration('telemetry.every', every, { min: 100, max: 36e5 })
  const given = outbox ?? environment.outbox
  return {
    interval,
    timeout: Math.min(environment.timeout ?? 30_000, interval),
    deadline: duration('telemetry.deadline', deadline, { min: 100, max: 6e4 }),
    histograms: histograms ?? environment.histograms ?? 'exponential',
    outbox: typeof given === 'string' ? { dir: textIn('telemetry.outbox', given, 3_000) } : given,
  }
}

function isUrl(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && /^https?:/.test(text)
}
