// An app that has OpenTelemetry metrics already needs one word: tee() around its exporter.
//
// Everything is exported as before, and the monitor sees every collection: no second reader, no second set of instruments.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { anomaly, createMonitor, ewma } from 'pi-uptime'
import { tee } from 'pi-uptime/otel'

// Your own exporter goes here, such as `new OTLPMetricExporter()`.
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const metrics = tee(exporter)
const provider = new MeterProvider({
  readers: [
    new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 100, exportTimeoutMillis: 100 }),
  ],
})

// In earnest 10 s between collections and the default settings are right; these make it a matter of seconds.
const monitor = createMonitor({
  service: 'shop',
  observe: [metrics],
  watch: [
    anomaly({
      signal: '*.p95',
      detector: ewma({ warmup: '1s', floor: 0.01 }),
      minDuration: '300ms',
      closeAfter: '300ms',
    }),
  ],
  telemetry: { meterProvider: provider },
})
monitor.on('finding', ({ state, summary }) => console.log(`  ${state}: ${summary}`))
await monitor.start()

// The app's own instrument, as any: the library is not mentioned from here on.
const duration = provider.getMeter('shop').createHistogram('http.server.request.duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] },
})
const serve = async (title: string, seconds: number, requests: number): Promise<void> => {
  console.log(title)
  for (let i = 0; i < requests; i++) {
    duration.record(seconds * (0.8 + 0.4 * Math.random()), { 'http.route': '/pay' })
    await sleep(10)
  }
}
await serve('requests take about 30 ms', 0.03, 250)
await serve('requests take about 800 ms', 0.8, 120)
await serve('requests take about 30 ms', 0.03, 100)

await monitor.stop()
await provider.forceFlush()
const names = exporter
  .getMetrics()
  .flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name)),
  )
await provider.shutdown()
console.log(
  `\nthe exporter got what it always got, and what the monitor says of itself:\n  ${[...new Set(names)].sort().join('\n  ')}`,
)
