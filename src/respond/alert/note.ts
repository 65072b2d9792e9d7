import { type AlertReason, compareSeverity, ESCALATION, type Incident, type Severity } from '../../model/index.js'

/** What one channel was told of one incident. Plain data. */
export interface Note {
  readonly incident: Incident
  readonly channel: number
  /** The severity as last told, `null` while nothing was. */
  readonly told: Severity | null
  /** Repairs that had given up when something was last told. */
  readonly gaveUp: number
  /** When something was last told; -1 before that. */
  readonly toldAt: number
  /** Until when an alert is taken to be under way; -1 when none is. */
  readonly sendingUntil: number
  /** Failures since the last success. */
  readonly failures: number
  /** When to try again after a failure; -1 when nothing failed. */
  readonly nextTry: number
}

/** When to tell, in milliseconds. */
export interface Policy {
  readonly wait: number
  readonly remind: number
}

/** An alert whose outcome has not come by then was lost in a restart: the channel's deadline and a margin. */
const LOST_AFTER = 120_000
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 300_000

export function note(incident: Incident, channel: number): Note {
  return { incident, channel, told: null, gaveUp: 0, toldAt: -1, sendingUntil: -1, failures: 0, nextTry: -1 }
}

/** Whether there is something to tell now, and why. Pure. */
export function due(
  { incident, told, gaveUp, toldAt, sendingUntil, nextTry }: Note,
  now: number,
  policy: Policy,
): AlertReason | 'forget' | undefined {
  if (now < sendingUntil) return undefined
  const closed = incident.state === 'closed'
  if (told === null && closed) return 'forget'
  if (now < nextTry) return undefined
  if (told === null) return now - incident.openedAt >= policy.wait ? 'opened' : undefined
  if (closed) return 'resolved'
  if (compareSeverity(incident.severity, told) > 0 || escalations(incident) > gaveUp) return 'worsened'
  return now - toldAt >= policy.remind ? 'reminder' : undefined
}

/** The note while its alert is under way. */
export function underWay(present: Note, now: number): Note {
  return { ...present, sendingUntil: now + LOST_AFTER }
}

export function sent(present: Note, told: Incident, now: number): Note {
  const gaveUp = escalations(told)
  return { ...present, told: told.severity, gaveUp, toldAt: now, sendingUntil: -1, failures: 0, nextTry: -1 }
}

function escalations({ findings }: Incident): number {
  return findings.filter(({ watcher }) => watcher === ESCALATION).length
}

/** Tried again later, each time twice as much later. */
export function failed(present: Note, now: number): Note {
  const wait = Math.min(FIRST_WAIT * 2 ** present.failures, LONGEST_WAIT)
  return { ...present, sendingUntil: -1, failures: Math.min(present.failures + 1, 30), nextTry: now + wait }
}
