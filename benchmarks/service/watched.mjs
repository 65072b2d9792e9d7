/** A whole monitor around a service: the standard preset, and all that the service records. */
import { createMonitor, standard } from 'pi-uptime'
import { tee } from 'pi-uptime/otel'

let seen
let monitor

export function around(exporter) {
  seen = tee(exporter)
  return seen
}

export async function start(meterProvider) {
  monitor = createMonitor({ ...standard({ service: 'bench', observe: [seen] }), telemetry: { meterProvider } })
  await monitor.start()
}

export function stats() {
  return monitor.stats()
}
