import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { type Tee, tee } from 'pi-uptime/otel'
import { COLLECT } from './settings.js'

/** OpenTelemetry as the shop uses it. */
export interface OpenTelemetry {
  readonly meterProvider: MeterProvider
  readonly loggerProvider: LoggerProvider
  /** The metric exporter, which is a source for the monitor as well. */
  readonly metrics: Tee
  shutdown(): Promise<unknown>
}

/** Metrics and logs by OTLP over HTTP, as in any service; the one word of pi-uptime in it is `tee`. */
export function openTelemetry(endpoint: string): OpenTelemetry {
  const resource = resourceFromAttributes({ 'service.name': 'shop' })
  const metrics = tee(new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }))
  const often = { exportIntervalMillis: COLLECT, exportTimeoutMillis: COLLECT }
  const meterProvider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: metrics, ...often })],
  })
  const logs = new OTLPLogExporter({ url: `${endpoint}/v1/logs` })
  const loggerProvider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor(logs, { scheduledDelayMillis: COLLECT })],
  })
  const shutdown = (): Promise<unknown> => Promise.allSettled([meterProvider.shutdown(), loggerProvider.shutdown()])
  return { meterProvider, loggerProvider, metrics, shutdown }
}
