// Traces as senses: spans() watches each operation and each call, and knows a trace that shows what is wrong.
import { setTimeout as sleep } from 'node:timers/promises'
import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { anomaly, createMonitor, ewma } from 'pi-uptime'
import { spans } from 'pi-uptime/otel'

// In earnest windows of 10 s and the default settings are right; these make it a matter of seconds.
const traces = spans({ every: '1s' })
const monitor = createMonitor({
  service: 'shop',
  observe: [traces],
  watch: [
    anomaly({
      signal: 'traces.service.graph.request.mean',
      detector: ewma({ warmup: '4s', floor: 0.005 }),
      minDuration: 0,
      closeAfter: '1s',
    }),
  ],
  telemetry: false,
})
const found: string[] = []
monitor.on('finding', ({ state, summary, signal }) => {
  found.push(state)
  console.log(`  ${state}: ${summary}`)
  if (state === 'open') console.log(`  look at trace ${traces.exemplars(signal).slowest}`)
})
await monitor.start()

// The app: its own tracer, to which a BatchSpanProcessor would be given as well.
const tracer = new BasicTracerProvider({ spanProcessors: [traces] }).getTracer('shop')
const database = { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db.internal' }

async function request(queryMs: number): Promise<void> {
  const root = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER }, ROOT_CONTEXT)
  const within = trace.setSpan(context.active(), root)
  const query = tracer.startSpan('SELECT items', { kind: SpanKind.CLIENT, attributes: database }, within)
  await sleep(queryMs * (0.8 + 0.4 * Math.random()))
  query.end()
  root.end()
}

async function serve(title: string, seconds: number, queryMs: number): Promise<void> {
  console.log(title)
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) await request(queryMs)
}

await serve('queries take about 10 ms', 18, 10)
await serve('queries take about 200 ms', 4, 200)
await serve('queries take about 10 ms', 4, 10)
for (const { client, server } of traces.graph()) console.log(`  ${client} calls ${server}`)
await monitor.stop()

if (!found.includes('open')) {
  console.error('the slow queries were not noticed')
  process.exitCode = 1
}
