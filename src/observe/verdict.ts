import { type CheckResult, type HealthStatus, mask, messageOf } from '../model/index.js'

/** Facts that a check may add to its answer; health+json shows them under the same names. */
export interface CheckDetails {
  readonly observedValue?: number | string | boolean
  /** UCUM unit of the observed value. */
  readonly observedUnit?: string
  /** What clients cannot use while the check fails. */
  readonly affectedEndpoints?: readonly string[]
  /** Which of several instances this is about. */
  readonly componentId?: string
  /** `'component'`, `'datastore'`, `'system'` or a URI. */
  readonly componentType?: string
}

/** The long form of a check's answer. */
export interface CheckAnswer extends CheckDetails {
  /** @defaultValue `'pass'` */
  readonly status?: HealthStatus
  /** Why it is not `pass`, in plain words. */
  readonly output?: string
}

/** A published result with the facts that the check added. */
export interface CheckReport extends CheckResult, CheckDetails {}

/** What one run of a check came to. */
export interface Verdict {
  readonly status: HealthStatus
  readonly output?: string
  readonly details?: CheckDetails
}

const LONGEST_TEXT = 1_000
const MOST_ENDPOINTS = 16
/** How deep the reason of an error is looked for. */
const DEPTH = 3

/** Words for a status; besides ours those that health+json lets a service use. */
const WORDS: Readonly<Record<string, HealthStatus>> = {
  pass: 'pass',
  ok: 'pass',
  up: 'pass',
  warn: 'warn',
  fail: 'fail',
  error: 'fail',
  down: 'fail',
}

const PASS: Verdict = { status: 'pass' }

/** What an answer means. Reads whatever comes; what cannot be read is a failure. */
export function verdictOn(answer: unknown): Verdict {
  try {
    if (answer === false) return failure('answered false')
    if (typeof answer === 'string') return { status: statusOf(answer) ?? 'pass' }
    if (typeof answer !== 'object' || answer === null) return PASS
    const fields = answer as Record<string, unknown>
    if (typeof fields.ok === 'boolean' && typeof fields.status === 'number') return ofResponse(fields)
    const status = statusOf(fields.status)
    return status || fields.observedValue !== undefined ? ofAnswer(status ?? 'pass', fields) : PASS
  } catch (error) {
    return failure(reasonOf(error))
  }
}

/** A failure with its reason, without its secrets. */
export function failure(output: string): Verdict {
  return { status: 'fail', output: cut(mask(output)) }
}

/**
 * What an error says about its cause. `fetch failed` becomes `fetch failed: connect ECONNREFUSED 127.0.0.1:5432`.
 */
export function reasonOf(error: unknown, depth: number = DEPTH): string {
  const message = messageOf(error)
  try {
    if (depth === 0 || !(error instanceof Error)) return message
    const cause = error instanceof AggregateError ? error.errors[0] : error.cause
    if (cause === undefined || cause === null) return message
    const reason = reasonOf(cause, depth - 1)
    return error.message === '' ? reason : `${message}: ${reason}`
  } catch {
    return message
  }
}

function statusOf(word: unknown): HealthStatus | undefined {
  if (typeof word !== 'string' || word.length > 5) return undefined
  const key = word.toLowerCase()
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
}

/** The answer of `fetch`. Its body is let go: unread, it would hold the connection. */
function ofResponse(response: Record<string, unknown>): Verdict {
  const body = response.body as { cancel?: () => Promise<void> } | null | undefined
  if (typeof body?.cancel === 'function') Promise.resolve(body.cancel()).catch(() => {})
  return response.ok ? PASS : failure(`HTTP ${response.status}`)
}

function ofAnswer(status: HealthStatus, fields: Record<string, unknown>): Verdict {
  const { output } = fields
  const details = detailsOf(fields)
  return { status, details, ...(typeof output === 'string' && output !== '' ? { output: cut(mask(output)) } : {}) }
}

/** The facts among the fields of anything, cut to size; what has the wrong type is left out. */
export function detailsOf(fields: Record<string, unknown>): CheckDetails {
  const details: Record<string, unknown> = {}
  for (const key of ['observedUnit', 'componentId', 'componentType']) {
    if (typeof fields[key] === 'string') details[key] = cut(fields[key])
  }
  const { observedValue, affectedEndpoints } = fields
  if (typeof observedValue === 'string') details.observedValue = cut(observedValue)
  if (typeof observedValue === 'boolean' || Number.isFinite(observedValue)) details.observedValue = observedValue
  if (Array.isArray(affectedEndpoints)) {
    details.affectedEndpoints = affectedEndpoints.slice(0, MOST_ENDPOINTS).map((endpoint) => cut(String(endpoint)))
  }
  return details
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 3)}...` : text
}
