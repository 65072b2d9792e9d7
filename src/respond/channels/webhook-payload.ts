import type { Alert, AlertReason, Band, Finding, Severity, Signal, State } from '../../model/index.js'
import { clip, isoTime } from './one-line.js'

/**
 * What a {@link webhook} sends as JSON. Times are ISO 8601 in UTC. Later versions of this library may add fields; `version`
 * changes when a field goes or changes its meaning.
 */
export interface WebhookPayload {
  readonly version: 1
  readonly reason: AlertReason
  /** The incident's: group and resolve by it. */
  readonly id: string
  readonly service: string
  readonly state: State
  readonly severity: Severity
  readonly title: string
  /** One line for a phone's screen. */
  readonly summary: string
  readonly time: string | null
  readonly openedAt: string | null
  readonly closedAt?: string | null
  /** The first 20, in order of onset. */
  readonly findings: readonly WebhookFinding[]
  /** How many there are in all. */
  readonly findingCount: number
  /** The first 10, most suspect first. */
  readonly suspects: readonly WebhookSuspect[]
}

/** One watcher's claim. A number that is not finite is `null`. */
export interface WebhookFinding {
  readonly id: string
  readonly watcher: string
  readonly signal: Signal
  readonly state: State
  readonly severity: Severity
  /** In sigmas. */
  readonly score: number | null
  /** In the signal's unit, as are the numbers of `expected`. */
  readonly value: number | null
  readonly expected?: Band
  /** Which statistic spoke, where the watcher knows. */
  readonly statistic?: string
  readonly since: string | null
  readonly summary: string
}

/** A possible cause. */
export interface WebhookSuspect {
  readonly signal: Signal
  /** 0 to 1. */
  readonly weight: number
  readonly evidence: string
}

const FINDINGS = 20
const SUSPECTS = 10
const ATTRIBUTES = 32
const LONGEST_TEXT = 1_024
const LONGEST_NAME = 255

/** The alert, cut to size: a few kB in practice, under 4 MB at the very worst. */
export function webhookPayload({ reason, id, service, incident, time, summary }: Alert): WebhookPayload {
  const { state, severity, title, openedAt, closedAt, findings, findingCount, suspects } = incident
  return {
    version: 1,
    reason,
    id,
    service: clip(service, LONGEST_NAME),
    state,
    severity,
    title: clip(title, LONGEST_TEXT),
    summary: clip(summary, LONGEST_TEXT),
    time: isoTime(time),
    openedAt: isoTime(openedAt),
    ...(closedAt === undefined ? {} : { closedAt: isoTime(closedAt) }),
    findings: findings.slice(0, FINDINGS).map(findingOf),
    findingCount,
    suspects: suspects.slice(0, SUSPECTS).map(({ signal, weight, evidence }) => {
      return { signal: signalOf(signal), weight, evidence: clip(evidence, LONGEST_TEXT) }
    }),
  }
}

function findingOf(finding: Finding): WebhookFinding {
  const { id, watcher, signal, state, severity, score, value, expected, statistic, since, summary } = finding
  return {
    id: clip(id, LONGEST_NAME),
    watcher: clip(watcher, LONGEST_NAME),
    signal: signalOf(signal),
    state,
    severity,
    score,
    value,
    ...(expected ? { expected } : {}),
    ...(statistic === undefined ? {} : { statistic: clip(statistic, LONGEST_NAME) }),
    since: isoTime(since),
    summary: clip(summary, LONGEST_TEXT),
  }
}

/** The monitor's own signals are of this size already; a finding that was reported from outside may not be. */
function signalOf({ name, unit, attributes }: Signal): Signal {
  const pairs = Object.entries(attributes).slice(0, ATTRIBUTES)
  const kept = pairs.map(([key, value]) => [
    clip(key, LONGEST_NAME),
    typeof value === 'string' ? clip(value, LONGEST_NAME) : value,
  ])
  return { name: clip(name, LONGEST_NAME), unit: clip(unit, LONGEST_NAME), attributes: Object.fromEntries(kept) }
}
