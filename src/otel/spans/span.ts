import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api'

/** What is used of a span of the SDK, 2.x and 3.x: `Span` and `ReadableSpan` fit. */
export interface SomeSpan {
  readonly name: string
  /** A `SpanKind`. */
  readonly kind: number
  readonly attributes: Attributes
  readonly status: { readonly code: number }
  readonly duration: HrTime
  readonly parentSpanContext?: SpanContext | undefined
  spanContext(): SpanContext
}

/** By `SpanKind`, as the Collector's connectors name them. */
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((kind) => `SPAN_KIND_${kind}`)
const CLIENT = 2
const PRODUCER = 3
/** `SpanStatusCode.ERROR` */
const ERROR = 2
const LONGEST = 200

export function kindOf({ kind }: SomeSpan): string {
  return KINDS[kind] ?? 'SPAN_KIND_UNSPECIFIED'
}

export function nameOf({ name }: SomeSpan): string {
  return cut(name)
}

export function hasFailed({ status }: SomeSpan): boolean {
  return status.code === ERROR
}

export function secondsOf({ duration: [seconds, nanoseconds] }: SomeSpan): number {
  return Math.max(0, seconds + nanoseconds / 1e9)
}

/** What a span calls outside of this process, by its attributes; `undefined` when it calls nobody, or does not say whom. */
export function peerOf({ kind, attributes: of }: SomeSpan): string | undefined {
  if (kind !== CLIENT && kind !== PRODUCER) return undefined
  const service = of['service.peer.name'] ?? of['peer.service']
  if (service !== undefined) return cut(`${service}`)
  const host = of['server.address'] ?? of['net.peer.name']
  const port = of['server.port']
  const at = host === undefined ? '' : port === undefined ? `${host}` : `${host}:${port}`
  const database = of['db.system.name'] ?? of['db.system']
  if (database !== undefined) return cut(`${database}${after(of['db.namespace'] ?? of['db.name'])}${after(at)}`)
  const queue = of['messaging.system']
  if (queue !== undefined) return cut(`${queue}${after(of['messaging.destination.name'])}`)
  return cut(at || `${of['rpc.service'] ?? ''}`) || undefined
}

function after(word: unknown): string {
  return word === undefined || word === '' ? '' : ` ${word}`
}

function cut(text: string): string {
  return text.length > LONGEST ? text.slice(0, LONGEST) : text
}

/** 56 bits of a trace's randomness. */
const ALL = 2 ** 56
const THRESHOLD = /(?:^|;)th:([0-9a-f]{1,14})(?:;|$)/
/** A probability below this is taken for this: one span stands for a thousand at most. */
const MOST = 1_000

/**
 * For how many spans one that was sampled stands: the inverse of its probability, which its trace state tells.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function weightOf(context: SpanContext): number {
  const rejected = THRESHOLD.exec(context.traceState?.get('ot') ?? '')?.[1]
  if (rejected === undefined) return 1
  return Math.min(MOST, ALL / (ALL - Number.parseInt(rejected.padEnd(14, '0'), 16)))
}
