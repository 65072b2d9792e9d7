/** A whole monitor around a service: the standard preset, and all that the service records. */
import type { MeterProvider, PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { createMonitor, type Monitor, type Stats, standard } from 'pi-uptime'
import { tee as around, type Tee } from 'pi-uptime/otel'

let seen: Tee | undefined
let monitor: Monitor | undefined

export function tee(exporter: PushMetricExporter): PushMetricExporter {
  seen = around(exporter)
  return seen
}

export async function start(meterProvider: MeterProvider): Promise<void> {
  const preset = standard({ service: 'bench', observe: seen ? [seen] : [] })
  monitor = createMonitor({ ...preset, telemetry: { meterProvider } })
  await monitor.start()
}

export function stats(): Stats | undefined {
  return monitor?.stats()
}
