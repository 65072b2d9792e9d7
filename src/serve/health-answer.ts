import type { CheckResult, Health, HealthStatus } from '../model/index.js'
import { detailsOf } from '../observe/verdict.js'
import type { HealthRequest, Question } from './health-request.js'
import { type Answer, TEXT } from './send.js'

const JSON_TYPE = 'application/health+json; charset=utf-8'

/** Health is only read. */
export const NOT_ALLOWED: Answer = {
  code: 405,
  type: TEXT,
  body: 'method not allowed\n',
  headers: { allow: 'GET, HEAD' },
}
/** Nothing is known about the health, so nothing good is said of it. */
export const UNKNOWN: Answer = { code: 503, type: JSON_TYPE, body: '{"status":"fail"}' }

const VERDICT: Readonly<Record<Question, (health: Health) => HealthStatus>> = {
  livez: (health) => health.live,
  readyz: (health) => health.ready,
  startupz: (health) => health.started,
  healthz: (health) => health.status,
}

const KIND: Readonly<Record<Question, CheckResult['kind'] | undefined>> = {
  livez: 'liveness',
  readyz: 'readiness',
  startupz: 'startup',
  healthz: undefined,
}

/** What the authorised see besides the status. */
export interface Details {
  readonly version: string | undefined
}

/** The answer in health+json; without `details` it holds the status and nothing else. */
export function healthJson(health: Health, request: HealthRequest, details?: Details): Answer {
  const status = VERDICT[request.question](health)
  const body = details ? { status, ...service(health, details), checks: checksOf(health, request) } : { status }
  return { code: codeOf(status), type: JSON_TYPE, body: JSON.stringify(body) }
}

/** The answer in text, as Kubernetes writes it; without `details` it is the last line alone. */
export function healthText(health: Health, request: HealthRequest, details?: Details): Answer {
  const status = VERDICT[request.question](health)
  const lines = details ? asked(health, request).map(lineOf) : []
  if (details) for (const name of request.exclude) lines.push(`[+]${oneLine(name)} excluded: ok`)
  lines.push(`${request.question} check ${status === 'fail' ? 'failed' : 'passed'}`)
  return { code: codeOf(status), type: TEXT, body: `${lines.join('\n')}\n` }
}

function codeOf(status: HealthStatus): number {
  return status === 'fail' ? 503 : 200
}

function service(health: Health, { version }: Details): Record<string, unknown> {
  const notes = health.draining ? { notes: ['shutting down'] } : {}
  return { ...(version === undefined ? {} : { version }), serviceId: health.service, ...notes }
}

function asked(health: Health, { question }: HealthRequest): readonly CheckResult[] {
  const kind = KIND[question]
  return kind ? health.checks.filter((check) => check.kind === kind) : health.checks
}

/** By name, each a list of one: health+json allows for several instances of a component. */
function checksOf(health: Health, request: HealthRequest): Record<string, unknown> {
  return Object.fromEntries(asked(health, request).map((check) => [check.name, [entryOf(check)]]))
}

function entryOf(check: CheckResult): Record<string, unknown> {
  const { affectedEndpoints, ...details } = detailsOf(check as unknown as Record<string, unknown>)
  const output = check.status === undefined ? (check.output ?? 'no answer yet') : check.output
  const trouble = check.status === 'pass' ? {} : { affectedEndpoints, output }
  return { ...details, status: check.status, time: stamp(check.time), ...trouble }
}

function lineOf({ name, status }: CheckResult): string {
  if (status === 'pass') return `[+]${oneLine(name)} ok`
  if (status === 'warn') return `[+]${oneLine(name)} ok, degraded: reason withheld`
  return `[-]${oneLine(name)} ${status === 'fail' ? 'failed: reason withheld' : 'no answer yet'}`
}

/** A name with a line break in it must not write lines of its own. */
function oneLine(name: string): string {
  return name.replace(/\p{C}/gu, '?').slice(0, 255)
}

function stamp(time: number): string | undefined {
  return time >= 0 && time <= 8.64e15 ? new Date(time).toISOString() : undefined
}
