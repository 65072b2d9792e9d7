import { nameOf, type SomeSpan } from './span.js'

/** What is used of a context of OpenTelemetry's API. */
export interface SomeContext {
  getValue(key: symbol): unknown
}

/** Where the API keeps the active span in a context: its key is of the global registry, so that copies of the API agree. */
const ACTIVE = Symbol.for('OpenTelemetry Context Key SPAN')

/**
 * The span that called, on the span that it called: what looks it up by id or by object costs more than the SDK's whole span, in hashing
 * or in garbage collection.
 */
const CALLER: unique symbol = Symbol('pi-uptime.caller')

interface Called extends SomeSpan {
  [CALLER]?: SomeSpan
}

/** Remembers the active span of a context as the caller. One of another process has no name, and is none. */
export function markCaller(span: Called, within: SomeContext | undefined): void {
  const caller = within?.getValue(ACTIVE) as Partial<SomeSpan> | undefined
  if (typeof caller?.name === 'string') span[CALLER] = caller as SomeSpan
}

/** The name that the caller has now. */
export function callerOf({ [CALLER]: caller }: Called): string | undefined {
  return caller && nameOf(caller)
}
