import type { Finding, Incident } from 'pi-uptime'
import type { Message } from './messages.js'
import { figure, SIGNALS } from './signals.js'

/** One line of what happened. */
export interface Entry {
  /** Milliseconds since the demo began. */
  readonly at: number
  readonly kind: 'demo' | 'fault' | 'finding' | 'incident' | 'alert' | 'action' | 'verified' | 'closed' | 'trouble'
  readonly text: string
}

/** What a message says to a person, if anything. */
export function entryOf(message: Message, at: number, known: ReadonlyMap<string, Incident>): Entry | undefined {
  if (message.kind === 'finding') return ofFinding(message.finding, at)
  if (message.kind === 'incident') return ofIncident(message.incident, at, known)
  if (message.kind === 'fault') return { at, kind: 'trouble', text: message.message }
  if (message.kind !== 'action') return undefined
  const { name, outcome, evidence } = message.action
  if (outcome === 'started') return { at, kind: 'action', text: `${name} runs (${evidence.split(' on: ')[0]})` }
  return outcome === 'helped'
    ? { at, kind: 'verified', text: `${name} helped: ${evidence}` }
    : { at, kind: 'trouble', text: `${name}, ${outcome}: ${evidence}` }
}

function ofFinding({ state, watcher, value, expected, score, summary }: Finding, at: number): Entry | undefined {
  if (state === 'closed') return undefined
  const unit = SIGNALS.find(({ label }) => label === watcher)?.unit
  if (unit === undefined || expected === undefined) return { at, kind: 'finding', text: summary }
  const usual = `${figure(Math.max(0, expected.low), unit)} to ${figure(expected.high, unit)}`
  return {
    at,
    kind: 'finding',
    text: `${watcher} is ${figure(value, unit)}, expected ${usual} (${Math.round(score)} sigmas)`,
  }
}

function ofIncident(incident: Incident, at: number, known: ReadonlyMap<string, Incident>): Entry | undefined {
  const { id, state, severity, openedAt, closedAt, findings } = incident
  const names = [...new Set(findings.map(nameOf))].join(', ')
  if (state === 'open')
    return known.has(id) ? undefined : { at, kind: 'incident', text: `opened, ${severity}: ${names}` }
  const seconds = (((closedAt ?? openedAt) - openedAt) / 1000).toFixed(1)
  return { at, kind: 'closed', text: `incident closed after ${seconds} s: ${names}` }
}

function nameOf({ watcher, signal }: Finding): string {
  return watcher === 'unhealthy' ? `check ${signal.attributes['pi_uptime.check.name']}` : watcher
}
