import { memoryStore } from '../../edge/index.js'
import type { Alert, AlertReason, Context, Finding, Incident, Signal } from '../../model/index.js'
import { systemClock } from '../../monitor/index.js'

const SIGNAL: Signal = { name: 'queue.depth', unit: '{job}', attributes: { region: 'eu-1' } }
const TIME = 1_704_067_200_000

/** What the parts under a contract are given: deeply frozen, because nobody may change it. */
export function sampleIncident(title = 'queue.depth is far above what is usual'): Incident {
  const finding: Finding = {
    id: 'f-contract',
    watcher: 'anomaly',
    signal: SIGNAL,
    state: 'open',
    severity: 'critical',
    score: 12.5,
    value: 412,
    expected: { value: 100, low: 85, high: 115 },
    since: TIME,
    openedAt: TIME + 30_000,
    updatedAt: TIME + 30_000,
    summary: title,
  }
  return frozen({
    id: 'i-contract',
    state: 'open',
    severity: 'critical',
    title,
    openedAt: TIME + 30_000,
    updatedAt: TIME + 30_000,
    findings: [finding],
    findingCount: 1,
    suspects: [{ signal: SIGNAL, weight: 1, evidence: 'it was the first to deviate' }],
  })
}

export function sampleAlert(reason: AlertReason = 'opened', summary?: string): Alert {
  const incident = sampleIncident(summary)
  return frozen({
    id: incident.id,
    reason,
    service: 'contract',
    incident: reason === 'resolved' ? { ...incident, state: 'closed', closedAt: TIME + 90_000 } : incident,
    time: TIME + 60_000,
    summary: incident.title,
  })
}

/** A context on real time whose faults are kept. */
export interface SampleContext extends Context {
  readonly faults: readonly unknown[]
}

export function sampleContext(abort: AbortSignal = new AbortController().signal): SampleContext {
  const faults: unknown[] = []
  return {
    service: 'contract',
    clock: systemClock(),
    abort,
    store: memoryStore(),
    audit: { append: async () => undefined, read: async () => [] },
    signal: (name, options = {}) => ({
      signal: { name, unit: options.unit ?? '1', attributes: options.attributes ?? {} },
      record() {},
    }),
    health() {},
    report() {},
    acted() {},
    alerted() {},
    feedback: () => false,
    save: async () => undefined,
    fault: (error) => void faults.push(error),
    faults,
  }
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part)
  return Object.freeze(value)
}
