/**
 * Zero code: `node --import pi-uptime/register app.js` watches the process with the `standard()` preset.
 *
 * | Variable | Meaning |
 * | --- | --- |
 * | `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` | who we are |
 * | `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, … | where findings and health go |
 * | `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER` | `otlp`, `console` (metrics only) or `none`; nothing is exported when neither they nor an endpoint are set |
 * | `OTEL_SDK_DISABLED=true` | nothing is exported; the watching goes on |
 * | `PI_UPTIME_DISABLED=true` | nothing at all |
 * | `PI_UPTIME_STORE` | a folder in which the memory survives a restart |
 * | `PI_UPTIME_OUTBOX` | a folder in which metrics and log events wait that cannot be sent |
 * | `PI_UPTIME_WEBHOOK` | a URL that gets the alerts as well |
 * | `PI_UPTIME_WEBHOOK_PRIVATE=true` | it may lead to loopback or a private address |
 * | `PI_UPTIME_HEALTH` | a port, or `host:port`, that serves `/livez`, `/readyz`, `/startupz`, `/healthz`; the host defaults to loopback |
 *
 * Registers no global provider, adds no process handler that has a say in its fate, keeps no process alive, and never fails the app: what is wrong
 * with the configuration, and the first failure of each part, is said once, on standard error.
 *
 * @module
 */
import { ConfigError, type Monitor, messageOf } from './model/index.js'
import { createMonitor, type Environment, given, standard } from './monitor/index.js'
import { piResource } from './observe/index.js'
import type { Telemetry } from './otel/index.js'

/** One monitor a process, however many copies of the package are loaded, and in which format. */
const KEY = Symbol.for('pi-uptime.registered')

async function register(environment: Environment): Promise<void> {
  const place = globalThis as { [KEY]?: Monitor | true }
  if (place[KEY] || given(environment, 'PI_UPTIME_DISABLED')?.toLowerCase() === 'true') return
  place[KEY] = true
  const options = standard({}, environment)
  const health = given(environment, 'PI_UPTIME_HEALTH')
  const address = health === undefined ? undefined : addressOf(health)
  const telemetry = await exporter(options.service, environment)
  const observe = [...(options.observe ?? []), ...(telemetry?.outboxes ?? [])]
  const monitor = createMonitor({ ...options, observe, telemetry: telemetry ?? {} })
  monitor.on('fault', ({ part, message, count }) => {
    if (count === 1) complain(`${part}: ${message}`)
  })
  place[KEY] = monitor
  await monitor.start()
  if (address) await serve(monitor, address)
}

/** The OpenTelemetry SDK is loaded only when there is somewhere to export to: sending to where nobody listens would only cost. */
async function exporter(service: string, environment: Environment): Promise<Telemetry | undefined> {
  const says = (...names: readonly string[]): boolean => names.some((name) => given(environment, `OTEL_${name}`))
  const metrics = says('EXPORTER_OTLP_ENDPOINT', 'EXPORTER_OTLP_METRICS_ENDPOINT', 'METRICS_EXPORTER')
  const logs = says('EXPORTER_OTLP_ENDPOINT', 'EXPORTER_OTLP_LOGS_ENDPOINT', 'LOGS_EXPORTER')
  const off = given(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true'
  if (off || !(metrics || logs)) return undefined
  const { setUp } = await import('./otel/telemetry.js')
  const none = {
    ...(metrics ? {} : { OTEL_METRICS_EXPORTER: 'none' }),
    ...(logs ? {} : { OTEL_LOGS_EXPORTER: 'none' }),
  }
  return setUp({ service, global: false, attributes: await piResource() }, { ...environment, ...none }, complain)
}

async function serve(monitor: Monitor, { host, port }: { host: string; port: number }): Promise<void> {
  const [{ createServer }, { healthHandler }] = await Promise.all([import('node:http'), import('./serve/index.js')])
  const handler = healthHandler(monitor)
  const server = createServer((req, res) => void handler(req, res))
  server.on('error', complain)
  server.listen(port, host).unref()
}

function addressOf(text: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65_535) throw new ConfigError('PI_UPTIME_HEALTH', "a port, or 'host:port'", text)
  const host = match[1]?.replace(/^\[(.*)\]$/, '$1') // an IPv6 address, as in a URL
  return { host: host ?? '127.0.0.1', port }
}

function complain(error: unknown): void {
  process.stderr.write(`pi-uptime: ${messageOf(error)}\n`)
}

register(process.env).catch(complain)
