import type { Sent } from '../../edge/outbox/drain.js'
import type { HttpAnswer } from './answer.js'
import { partialSuccessOf } from './partial-success.js'

/** What an exporter calls back with. */
export interface ExportResult {
  readonly code: number
  readonly error?: Error
}

const RETRYABLE = [429, 502, 503, 504]
/** Of gRPC's codes: cancelled, deadline exceeded, aborted, out of range, unavailable, data loss. */
const RETRYABLE_GRPC = [1, 4, 10, 11, 14, 15]
/** As `Sun, 06 Nov 1994 08:49:37 GMT`; `Date.parse` takes `1.5` for a date as well. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/
/** What the OTLP exporters say, in place of a code, when a later try may succeed. */
const LATER = /retryable status|timed out|timeout|export limit|shutdown/i

/**
 * What became of a try, by OTLP's rules: 429, 502, 503 and 504 and what never reached a receiver are tried again, `Retry-After` is honoured; every other
 * status is final, and so is what a partial success has rejected. Errors of names, connections and certificates keep the data. So does an answer that no
 * OTLP receiver gives: a redirection, or a page of HTML, as of a network that wants a login.
 *
 * @returns `'unclear'` for an error that is none of these: perhaps of the data, perhaps not.
 * @see https://opentelemetry.io/docs/specs/otlp/#failures
 */
export function verdictOf({ code, error }: ExportResult, answer: HttpAnswer | undefined): Sent | 'unclear' {
  const status = answer?.status ?? httpStatusOf(error)
  if (status !== undefined && (answer === undefined || code !== 0 || status > 299 || isPage(answer)))
    return byStatus(status, answer)
  if (code === 0) return { kind: 'delivered', ...partialSuccessOf(answer) }
  const grpc = grpcCodeOf(error)
  if (grpc !== undefined) {
    const why = `gRPC status ${grpc}`
    return RETRYABLE_GRPC.includes(grpc) ? { kind: 'again', why } : { kind: 'rejected', why }
  }
  const system = (error as NodeJS.ErrnoException | undefined)?.code
  if (typeof system === 'string') return { kind: 'again', why: system.slice(0, 60) }
  if (LATER.test(error?.message ?? '')) return { kind: 'again', why: 'no answer in time' }
  return 'unclear'
}

function byStatus(status: number, answer: HttpAnswer | undefined): Sent {
  const why = `HTTP status ${status}`
  if (RETRYABLE.includes(status)) return { kind: 'again', why, after: retryAfterOf(answer) }
  if (status >= 300 && status < 400) return { kind: 'again', why: `${why}: this is no OTLP receiver` }
  if (status >= 200 && status < 300) {
    if (answer && isPage(answer)) return { kind: 'again', why: 'answered with a page: this is no OTLP receiver' }
    return { kind: 'delivered', ...partialSuccessOf(answer) } // the status counts, even when the rest of the answer was lost
  }
  return { kind: 'rejected', why }
}

/** Milliseconds: of a count of seconds, or a date, which is held against the receiver's own clock where it tells the time. */
export function retryAfterOf(answer: HttpAnswer | undefined): number | undefined {
  const text = answer?.headers['retry-after']?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  if (!HTTP_DATE.test(text)) return undefined
  const [at, now] = [Date.parse(text), Date.parse(answer?.headers.date ?? '')]
  return Number.isFinite(at - now) ? Math.max(at - now, 0) : undefined
}

function isPage({ headers }: HttpAnswer): boolean {
  return headers['content-type']?.startsWith('text/html') ?? false
}

function httpStatusOf(error: Error | undefined): number | undefined {
  const code = numberOf(error)
  return code !== undefined && code >= 100 && code < 600 ? code : undefined
}

function grpcCodeOf(error: Error | undefined): number | undefined {
  const code = numberOf(error)
  return code !== undefined && code >= 1 && code <= 16 ? code : undefined
}

function numberOf(error: Error | undefined): number | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'number' && Number.isInteger(code) ? code : undefined
}
