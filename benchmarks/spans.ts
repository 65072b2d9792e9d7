/** What observing an app's traces costs: a span with `spans()` beside the SDK's batch processor, against one with that alone. */
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createMonitor } from 'pi-uptime'
import { spans } from 'pi-uptime/otel'
import { benchmark, type Case, median, ratioRow, type Sample } from './frame.js'

const SPANS = 20_000
const PASSES = 15

/** Sends nowhere; a full queue drops, as in any app that is faster than its collector. */
const exported = (): SpanProcessor =>
  new BatchSpanProcessor({ export: (_, done) => done({ code: 0 }), shutdown: async () => undefined })

/** Requests of 50 routes, each with a query to a database: two spans, six attributes. */
function requests(processors: SpanProcessor[]): Sample {
  const tracer = new BasicTracerProvider({ spanProcessors: processors }).getTracer('bench')
  const costs: number[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const began = performance.now()
    for (let i = 0; i < SPANS / 2; i++) {
      const route = `/r/${i % 50}`
      const attributes = { 'http.request.method': 'GET', 'http.route': route, 'http.response.status_code': 200 }
      const request = tracer.startSpan(route, { kind: SpanKind.SERVER, attributes })
      const query = { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db' }
      const within = trace.setSpan(ROOT_CONTEXT, request)
      tracer.startSpan('SELECT items', { kind: SpanKind.CLIENT, attributes: query }, within).end()
      request.end()
    }
    costs.push(((performance.now() - began) * 1e6) / SPANS)
  }
  return { ns: median(costs.slice(PASSES >> 1)) }
}

async function observed(): Promise<Sample> {
  const traces = spans()
  const monitor = createMonitor({ service: 'bench', observe: [traces], telemetry: false })
  await monitor.start()
  await new Promise((resolve) => setTimeout(resolve, 200)) // the source has loaded its work
  const sample = requests([traces, exported()])
  const { operations, edges, overflowed } = traces.stats()
  if (operations !== 51 || edges !== 50 || overflowed > 0) throw new Error('the source has missed spans')
  await monitor.stop()
  return sample
}

const cases = {
  alone: { run: () => requests([exported()]) },
  observed: { run: observed },
} satisfies Record<string, Case>

await benchmark({
  name: 'spans',
  rounds: 9,
  cases,
  rows: (values) => [
    ratioRow('a span, observed and exported', 'a span, exported', values('observed', 'ns'), values('alone', 'ns'), {
      must: 2,
      aim: 1.5,
    }),
  ],
})
