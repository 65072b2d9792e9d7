import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { OtelEnvironment } from './otel-environment.js'

/** What a log exporter is to us: something that the SDK's processor takes. */
export type LogExporter = import('@opentelemetry/exporter-logs-otlp-http').OTLPLogExporter

/** Where to send, when it is not for the `OTEL_EXPORTER_OTLP_*` variables to say. */
export interface Destination {
  /** Base URL: `/v1/metrics` and `/v1/logs` are added. */
  readonly endpoint: string | undefined
  readonly environment: OtelEnvironment
  warn(text: string): void
}

/** The metric exporters that the environment names; the first is the one to wrap. Never empty. */
export async function metricExporters(
  to: Destination,
): Promise<readonly [PushMetricExporter, ...PushMetricExporter[]]> {
  const found: PushMetricExporter[] = []
  for (const name of to.environment.metrics) {
    if (name === 'otlp') found.push(await otlpMetrics(to))
    if (name === 'console') found.push(new (await import('@opentelemetry/sdk-metrics')).ConsoleMetricExporter())
  }
  const [first = nowhere(), ...others] = found
  return [first, ...others]
}

/** An exporter for log events; `undefined` when its package is not installed, or the environment wants none. */
export async function logExporter(to: Destination): Promise<LogExporter | undefined> {
  if (!to.environment.logs.includes('otlp')) return undefined
  const config = urlOf(to, '/v1/logs')
  try {
    if (wantsProtobuf(to)) return new (await import('@opentelemetry/exporter-logs-otlp-proto')).OTLPLogExporter(config)
  } catch {
    // JSON then: the metrics have warned already
  }
  try {
    return new (await import('@opentelemetry/exporter-logs-otlp-http')).OTLPLogExporter(config)
  } catch {
    return undefined
  }
}

/** Takes everything, sends nothing: for observing without exporting. */
export function nowhere(): PushMetricExporter {
  return {
    export: (_metrics, done) => done({ code: 0 }),
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}

async function otlpMetrics(to: Destination): Promise<PushMetricExporter> {
  const config = urlOf(to, '/v1/metrics')
  const { protocol } = to.environment
  if (wantsProtobuf(to)) {
    try {
      return new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter(config)
    } catch {
      to.warn('http/protobuf needs @opentelemetry/exporter-metrics-otlp-proto, which is not installed: sending JSON')
    }
  } else if (protocol !== undefined && protocol !== 'http/json') {
    to.warn(`OTEL_EXPORTER_OTLP_PROTOCOL=${protocol} is not supported here: sending JSON over HTTP`)
  }
  return new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter(config)
}

function wantsProtobuf({ environment }: Destination): boolean {
  return environment.protocol === 'http/protobuf'
}

function urlOf({ endpoint }: Destination, path: string): { readonly url?: string } {
  return endpoint === undefined ? {} : { url: endpoint.replace(/\/+$/, '') + path }
}
