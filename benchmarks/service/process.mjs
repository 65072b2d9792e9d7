/**
 * A service as a process of its own, as an app is: plain JavaScript, with OpenTelemetry metrics over OTLP, and with a whole monitor or
 * without: `monitored` or `alone`, then the address of the collector, then how many signals it records each second beside its
 * requests. Says its port, and answers each line on standard input by what it has cost so far.
 */
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'

const [how, url = '', signals = '0'] = process.argv.slice(2)
const exporter = new OTLPMetricExporter({ url })
const watched = how === 'monitored' ? await import('./watched.mjs') : undefined
const reader = new PeriodicExportingMetricReader({
  exporter: watched ? watched.around(exporter) : exporter,
  exportIntervalMillis: 10_000,
})
const provider = new MeterProvider({ readers: [reader] })
await watched?.start(provider)

const meter = provider.getMeter('service')
const took = meter.createHistogram('http.server.request.duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] },
})
const items = Array.from({ length: 200 }, (_, id) => ({ id, name: `item ${id}`, price: id * 7 }))
const server = createServer((req, res) => {
  const began = performance.now()
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(items))
  const attributes = { 'http.request.method': req.method, 'http.route': '/items', 'http.response.status_code': 200 }
  took.record((performance.now() - began) / 1000, attributes)
})
server.keepAliveTimeout = 60_000

const gauge = meter.createGauge('device.reading')
const devices = Array.from({ length: Number(signals) }, (_, id) => ({ 'device.id': `d${id}` }))
let tick = 0
if (devices.length > 0)
  setInterval(() => {
    tick++
    devices.forEach((attributes, id) => {
      gauge.record(20 + Math.sin(tick / 60 + id) + ((tick * 7919 + id * 104729) % 97) / 97, attributes)
    })
  }, 1_000)

server.listen(0, '127.0.0.1', () => console.log(server.address().port))
createInterface(process.stdin).on('line', () => {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { observations = 0 } = watched?.stats() ?? {}
  console.log(JSON.stringify({ cpu: (user + system) / 1000, rss: process.memoryUsage.rss() / 1e6, observations }))
})
