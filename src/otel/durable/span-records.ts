import type { Link, SpanContext, TraceState } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { packRecords, unpackRecords } from './resources.js'

/** A span context as plain data: the trace state as its header has it. */
export type PlainSpanContext = Omit<SpanContext, 'traceState'> & { readonly traceState: string | undefined }

type PlainLink = Omit<Link, 'context'> & { readonly context: PlainSpanContext }
type PlainSpan = Omit<ReadableSpan, 'resource' | 'spanContext' | 'parentSpanContext' | 'links'> & {
  readonly context: PlainSpanContext
  readonly parent: PlainSpanContext | undefined
  readonly links: readonly PlainLink[]
}

export function packSpans(items: readonly ReadableSpan[]): unknown {
  return packRecords(items, (span): PlainSpan => {
    const { name, kind, startTime, endTime, status, events, duration, ended } = span
    const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span
    return {
      ...{ name, kind, startTime, endTime, status, duration, ended },
      ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
      attributes: { ...span.attributes },
      events: events.map((event) => ({ ...event })),
      links: span.links.map((link) => ({ ...link, context: packSpanContext(link.context) })),
      instrumentationScope: { ...span.instrumentationScope },
      context: packSpanContext(span.spanContext()),
      parent: span.parentSpanContext && packSpanContext(span.parentSpanContext),
    }
  })
}

export function unpackSpans(plain: unknown): Promise<ReadableSpan[]> {
  return unpackRecords(plain, ({ context, parent, links, ...span }: PlainSpan, resource): ReadableSpan => {
    const own = unpackSpanContext(context)
    return {
      ...span,
      resource,
      links: links.map((link) => ({ ...link, context: unpackSpanContext(link.context) })),
      spanContext: () => own,
      ...(parent && { parentSpanContext: unpackSpanContext(parent) }),
    }
  })
}

export function packSpanContext({ traceState, ...context }: SpanContext): PlainSpanContext {
  return { ...context, traceState: traceState?.serialize() }
}

export function unpackSpanContext({ traceState, ...context }: PlainSpanContext): SpanContext {
  return traceState === undefined ? context : { ...context, traceState: written(traceState) }
}

/** A trace state that only says what it was: exporters write it out. */
function written(header: string): TraceState {
  const entries = header.split(',').map((entry) => entry.split('=') as [string, string?])
  const state: TraceState = {
    get: (key) => entries.find(([name]) => name === key)?.[1],
    set: () => state,
    unset: () => state,
    serialize: () => header,
  }
  return state
}
