import {
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  integerIn,
  type Signal,
  type Source,
  textIn,
} from '../model/index.js'
import { Ledger } from '../observe/machine/ledger.js'
import { callerOf, markCaller, type SomeContext } from './spans/caller.js'
import { hasFailed, kindOf, nameOf, peerOf, type SomeSpan, secondsOf, weightOf } from './spans/span.js'

/** What {@link spans} observes. */
export interface SpansOptions {
  /** The window over which rates, errors and durations are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /** Operations that are told apart, by name and kind; the call graph has twice as many edges. From 1 to 200. @defaultValue 200 */
  readonly maxOperations?: number
  /** Tells two of them apart. @defaultValue `'spans'` */
  readonly name?: string
}

/** An edge of the call graph: who calls whom. Since it was first seen. */
export interface Edge {
  readonly client: string
  /** An operation of this process, or what is outside of it: a host, a database, a queue. */
  readonly server: string
}

/** Traces to look at, by their ids. */
export interface Exemplars {
  /** The slowest call of the last window that had any. */
  readonly slowest: string | undefined
  /** The last call that failed. */
  readonly failed: string | undefined
}

/** What the spans cost that were not told. Counted since the start of the process. */
export interface SpansStats {
  readonly operations: number
  readonly edges: number
  /** Spans of operations, and calls on edges, that found no room. */
  readonly overflowed: number
}

/** A span processor that is a source as well. */
export interface Spans extends Source {
  onStart(span: SomeSpan, within?: SomeContext): void
  onEnd(span: SomeSpan): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
  /** Who calls whom, as far as it was seen. */
  graph(): readonly Edge[]
  /** Traces that show what a signal of this source says: of `finding.signal`, for one. */
  exemplars(signal: Signal): Exemplars
  stats(): SpansStats
}

/**
 * Turns traces into signals: calls, errors and duration of each operation, and of each edge of the call graph.
 *
 * Give it to the tracer provider beside the processor that exports, and to the monitor. An operation is a span's name and kind, so names must be
 * few, as OpenTelemetry asks of them. An edge leads from the operation of the parent span, where that is in this process, to the child's, or, of a
 * client or producer span, to the host, database or queue that its attributes name.
 *
 * A span that was sampled by its trace's probability counts for those that were left out, by the threshold in its trace state; samplers
 * that tell no threshold make rates too small, by the share that they keep.
 *
 * Sees a span at its end: what hangs is seen by what is missing. O(1) a span, about half of what the SDK takes for it (`npm run bench:spans`); about 1 KB an
 * operation, and nothing is kept before the monitor has started. Never throws into the app.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const traces = spans()
 * const provider = new NodeTracerProvider({ spanProcessors: [traces, new BatchSpanProcessor(exporter)] })
 * const monitor = createMonitor({ service: 'checkout', observe: [traces], watch: [anomaly()] })
 * monitor.on('finding', ({ signal, summary }) => console.log(summary, traces.exemplars(signal).slowest))
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function spans(options: SpansOptions = {}): Spans {
  checkOptions('spans', options, ['every', 'maxOperations', 'name'])
  const every = duration('spans.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const most = integerIn('spans.maxOperations', options.maxOperations ?? 200, 1, 200)
  return new SpanSource(textIn('spans.name', options.name ?? 'spans', 100), every, most)
}

class SpanSource implements Spans {
  readonly #operations: Ledger
  readonly #edges: Ledger
  #context: Context | undefined

  constructor(
    readonly name: string,
    private readonly every: number,
    most: number,
  ) {
    this.#operations = new Ledger(most)
    this.#edges = new Ledger(2 * most)
  }

  async start(emit: Emit, context: Context): Promise<void> {
    this.#context = context
    const { runSpans } = await import('./spans/run.js')
    await runSpans({ operations: this.#operations, edges: this.#edges }, this.every, emit, context)
    if (this.#context === context) this.#context = undefined
  }

  onStart(span: SomeSpan, within?: SomeContext): void {
    if (!this.#context) return
    try {
      markCaller(span, within)
    } catch (error) {
      this.#context.fault(error)
    }
  }

  onEnd(span: SomeSpan): void {
    if (!this.#context) return
    try {
      this.#take(span, this.#context.clock.elapsed())
    } catch (error) {
      this.#context.fault(error)
    }
  }

  forceFlush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }

  graph(): readonly Edge[] {
    return [...this.#edges].map(([client, server]) => ({ client, server }))
  }

  exemplars({ attributes }: Signal): Exemplars {
    const text = (key: string): string => String(attributes[key] ?? '')
    const tally =
      this.#operations.find(text('span.name'), text('span.kind')) ?? this.#edges.find(text('client'), text('server'))
    return { slowest: tally?.slowest || undefined, failed: tally?.failure || undefined }
  }

  stats(): SpansStats {
    const [operations, edges] = [this.#operations, this.#edges]
    return { operations: operations.size, edges: edges.size, overflowed: operations.refused + edges.refused }
  }

  #take(span: SomeSpan, now: number): void {
    const own = span.spanContext()
    const name = nameOf(span)
    const seconds = secondsOf(span)
    const failed = hasFailed(span)
    const weight = weightOf(own)
    this.#operations.of(name, kindOf(span))?.add(seconds, failed, weight, own.traceId, now)
    const [client, server] = this.#callOf(span, name)
    if (client !== undefined && server !== undefined)
      this.#edges.of(client, server)?.add(seconds, failed, weight, own.traceId, now)
  }

  /** Who calls whom by this span. */
  #callOf(span: SomeSpan, name: string): readonly [string | undefined, string | undefined] {
    const client = callerOf(span)
    const peer = peerOf(span)
    if (peer === undefined) return [client, name]
    return [client ?? (span.parentSpanContext ? undefined : name), peer]
  }
}
