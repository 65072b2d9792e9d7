import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { describe, expect, test } from 'vitest'
import { anomaly, ConfigError, ewma, type Signal } from '../../src/index.js'
import { type SomeSpan, type Spans, type SpansOptions, spans } from '../../src/otel/index.js'
import { type Rig, rig } from '../../src/testing/index.js'
import { type Probe, probe } from '../observe/probe.js'

/** The SDK's own tracer, whose spans go to a source that has started. */
async function begun(options: SpansOptions = {}): Promise<{ traces: Spans; run: Probe; tracer: Tracer }> {
  const traces = spans(options)
  const run = probe(traces)
  await run.asleep()
  const provider = new BasicTracerProvider({ spanProcessors: [traces] })
  return { traces, run, tracer: provider.getTracer('shop') }
}

interface Call {
  readonly kind?: SpanKind
  readonly ms?: number
  readonly failed?: boolean
  readonly attributes?: Record<string, string | number>
}

/** A span that took so long, and what is done within it. */
function call(
  tracer: Tracer,
  name: string,
  { kind, ms = 10, failed, attributes }: Call = {},
  within?: () => void,
): string {
  const options = {
    startTime: [START, 0] as [number, number],
    ...(kind === undefined ? {} : { kind }),
    ...(attributes ? { attributes } : {}),
  }
  const span = tracer.startSpan(name, options, here)
  const outer = here
  here = trace.setSpan(here, span)
  within?.()
  here = outer
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end([START + Math.floor(ms / 1000), (ms % 1000) * 1e6])
  return span.spanContext().traceId
}
let here = ROOT_CONTEXT
/** As an HrTime: small numbers are taken for times since the process began. */
const START = 1_700_000_000

const GET = 'GET /cart'
const SERVER = 'SPAN_KIND_SERVER'
const server = { kind: SpanKind.SERVER }

describe('an operation', () => {
  test('has a rate, a share of errors, a mean and a 99th percentile, window by window', async () => {
    const { run, tracer } = await begun()
    for (let i = 0; i < 99; i++) call(tracer, GET, { ...server, ms: 20, failed: i < 25 })
    call(tracer, GET, { ...server, ms: 2_000 })
    await run.clock.advance('10s')
    const of = (what: string): number => run.value(`traces.span.metrics.${what}`, GET, SERVER) as number
    expect(of('calls.rate')).toBe(10)
    expect(of('calls.errors')).toBe(0.25)
    expect(of('duration.mean')).toBeCloseTo(0.0398, 9)
    expect(of('duration.p99')).toBeGreaterThan(0.018)
    expect(of('duration.p99')).toBeLessThan(0.023)
    call(tracer, GET, { ...server, ms: 500 })
    await run.clock.advance('10s')
    expect([of('calls.rate'), of('calls.errors'), of('duration.mean')]).toEqual([0.1, 0, 0.5])
    expect(of('duration.p99')).toBeLessThanOrEqual(0.5)
    run.stop()
  })

  test('that is not called has a rate of 0 and no durations, and is forgotten after an hour', async () => {
    const { traces, run, tracer } = await begun()
    call(tracer, GET, server)
    await run.clock.advance('10s')
    const told = run.emitted.length
    await run.clock.advance('10s')
    expect(run.emitted.slice(told).map(({ name, value }) => [name, value])).toEqual([
      ['traces.span.metrics.calls.rate', 0],
    ])
    await run.clock.advance('61m')
    const then = run.emitted.length
    await run.clock.advance('1m')
    expect(run.emitted.length).toBe(then)
    expect(traces.stats().operations).toBe(0)
    run.stop()
  })

  test('is a name and a kind', async () => {
    const { traces, run, tracer } = await begun()
    call(tracer, 'publish', { kind: SpanKind.PRODUCER })
    call(tracer, 'publish', { kind: SpanKind.CONSUMER })
    call(tracer, 'publish')
    expect(traces.stats().operations).toBe(3)
    run.stop()
  })
})

describe('the call graph', () => {
  const edges = (traces: Spans): string[] => traces.graph().map(({ client, server }) => `${client} → ${server}`)
  const sql = {
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db', 'server.port': 5432 },
  }

  test('leads from operation to operation, and out to databases, queues and hosts', async () => {
    const { traces, run, tracer } = await begun()
    call(tracer, GET, server, () => {
      call(tracer, 'price', {}, () => call(tracer, 'SELECT shop.items', { ...sql, ms: 5, failed: true }))
      call(tracer, 'GET', {
        kind: SpanKind.CLIENT,
        attributes: { 'server.address': 'stock.internal', 'server.port': 80 },
      })
      call(tracer, 'send orders', {
        kind: SpanKind.PRODUCER,
        attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
      })
      call(tracer, 'GET', {
        kind: SpanKind.CLIENT,
        attributes: { 'peer.service': 'tax', 'server.address': '10.0.0.7' },
      })
    })
    expect(edges(traces).sort()).toEqual([
      'GET /cart → kafka orders',
      'GET /cart → price',
      'GET /cart → stock.internal:80',
      'GET /cart → tax',
      'price → postgresql shop db:5432',
    ])
    await run.clock.advance('10s')
    const edge = ['price', 'postgresql shop db:5432'] as const
    expect(run.value('traces.service.graph.request.rate', ...edge)).toBe(0.1)
    expect(run.value('traces.service.graph.request.errors', ...edge)).toBe(1)
    expect(run.value('traces.service.graph.request.mean', ...edge)).toBeCloseTo(0.005, 9)
    run.stop()
  })

  test('knows the caller that has ended before what it called, by the name that it had then', async () => {
    const { traces, run, tracer } = await begun()
    const parent = tracer.startSpan('GET', server)
    const child = tracer.startSpan('later', {}, trace.setSpan(ROOT_CONTEXT, parent))
    parent.updateName(GET).end()
    child.end()
    expect(edges(traces)).toEqual(['GET /cart → later'])
    run.stop()
  })

  test('begins at a call that nobody made', async () => {
    const { traces, run, tracer } = await begun()
    call(tracer, 'poll', { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'tax' } })
    expect(edges(traces)).toEqual(['poll → tax'])
    run.stop()
  })

  test('has no edge from a caller in another process', async () => {
    const { traces, run, tracer } = await begun()
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true }
    tracer.startSpan(GET, server, trace.setSpanContext(ROOT_CONTEXT, remote)).end()
    const outward = { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'tax' } }
    tracer.startSpan('GET', outward, trace.setSpanContext(ROOT_CONTEXT, remote)).end()
    expect(edges(traces)).toEqual([])
    expect(traces.stats().operations).toBe(2)
    run.stop()
  })
})

test.each([
  ['th:8', 2],
  ['th:c', 4],
  ['rv:1234567890abcd;th:fd70a3d70a3d71', 100],
  ['th:0', 1],
  ['th:ffffffffffffff', 1_000],
  ['th:nothing', 1],
])('a span that was sampled by %s counts as %d', async (state, weight) => {
  const { run, tracer } = await begun()
  const parent = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState(`ot=${state}`),
  }
  tracer.startSpan(GET, server, trace.setSpanContext(ROOT_CONTEXT, parent)).end()
  await run.clock.advance('10s')
  expect(run.value('traces.span.metrics.calls.rate', GET, SERVER)).toBeCloseTo(weight / 10, 6)
  run.stop()
})

describe('the app never pays', () => {
  test('for a hundred thousand names: what finds no room is counted', async () => {
    const { traces, run, tracer } = await begun({ maxOperations: 5 })
    call(tracer, 'root', {}, () => {
      for (let i = 0; i < 1e5; i++) call(tracer, `GET /user/${i}`)
    })
    expect(traces.stats()).toEqual({ operations: 5, edges: 10, overflowed: 1e5 + 1 - 5 + (1e5 - 10) })
    run.stop()
  })

  test('for spans that never end, or for spans that are no spans', async () => {
    const { traces, run, tracer } = await begun()
    for (let i = 0; i < 1e4; i++) tracer.startSpan('lost')
    const hostile = {
      spanContext: () => {
        throw new Error('no context')
      },
    } as unknown as SomeSpan
    for (const bad of [hostile, {}, null, undefined] as SomeSpan[]) {
      traces.onStart(bad, hostile as never)
      traces.onEnd(bad)
    }
    expect(run.faults.length).toBe(8)
    expect(run.faults).toContain('no context')
    expect(traces.stats()).toEqual({ operations: 0, edges: 0, overflowed: 0 })
    run.stop()
  })

  test('before the monitor has started and after it has stopped: nothing is kept', async () => {
    const traces = spans()
    const tracer = new BasicTracerProvider({ spanProcessors: [traces] }).getTracer('shop')
    call(tracer, GET)
    const run = probe(traces)
    await run.asleep()
    run.stop()
    await run.ended
    call(tracer, GET)
    expect(traces.stats()).toEqual({ operations: 0, edges: 0, overflowed: 0 })
    await Promise.all([traces.forceFlush(), traces.shutdown()])
  })
})

test('a finding about an operation comes with a trace that shows it', async () => {
  const traces = spans()
  const tracer = new BasicTracerProvider({ spanProcessors: [traces] }).getTracer('shop')
  const found: { signal: Signal; slowest: string | undefined; failed: string | undefined }[] = []
  const watch = [anomaly({ signal: 'traces.span.metrics.duration.mean', detector: ewma({ halfLife: '10m' }) })]
  const world: Rig = rig({ observe: [traces], watch })
  world.monitor.on('finding', ({ signal }) => found.push({ signal, ...traces.exemplars(signal) }))
  await world.advance(0)
  while (traces.stats().operations === 0) {
    await new Promise(setImmediate)
    call(tracer, GET, server)
  }
  for (let i = 0; i < 400; i++) {
    call(tracer, GET, { ...server, ms: 20 + (i % 5) })
    await world.advance('10s')
  }
  expect(found).toEqual([])
  let slow = ''
  for (let i = 0; i < 6; i++) {
    call(tracer, GET, { ...server, ms: 25 })
    slow = call(tracer, GET, { ...server, ms: 900, failed: true })
    call(tracer, GET, { ...server, ms: 25 })
    await world.advance('10s')
    if (found.length > 0) break
  }
  expect(found[0]?.signal.attributes).toEqual({ 'span.name': GET, 'span.kind': SERVER })
  expect([found[0]?.slowest, found[0]?.failed]).toEqual([slow, slow])
  await world.stop()
})

test.each([
  [{ every: '0.5s' }, 'spans.every'],
  [{ maxOperations: 0 }, 'spans.maxOperations'],
  [{ maxOperations: 201 }, 'spans.maxOperations'],
  [{ name: '' }, 'spans.name'],
  [{ window: '10s' }, 'spans.window'],
])('refuses %j', (options, field) => {
  expect(() => spans(options as SpansOptions)).toThrow(ConfigError)
  expect(() => spans(options as SpansOptions)).toThrow(field)
})
