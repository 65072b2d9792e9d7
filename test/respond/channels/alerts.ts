import { memoryStore } from '../../../src/edge/index.js'
import type { Alert, Clock, Context, Finding, Incident, Signal } from '../../../src/model/index.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'

export const TIME: number = Date.UTC(2026, 10, 23, 12)

export function signal(name: string, attributes: Signal['attributes'] = {}): Signal {
  return { name, unit: 's', attributes }
}

export function finding(name: string, changes: Partial<Finding> = {}): Finding {
  return {
    id: `f-${name}`,
    watcher: 'anomaly',
    signal: signal(name),
    state: 'open',
    severity: 'critical',
    score: 9.5,
    value: 2.1,
    expected: { value: 0.2, low: 0.1, high: 0.3 },
    since: TIME - 30_000,
    openedAt: TIME - 20_000,
    updatedAt: TIME,
    summary: `${name} is 2.1 s`,
    ...changes,
  }
}

export function anAlert(incident: Partial<Incident> = {}, changes: Partial<Alert> = {}): Alert {
  return {
    id: 'i-1',
    reason: 'opened',
    service: 'checkout',
    time: TIME,
    summary: 'critical in checkout: p95 of /pay is 2.1 s',
    incident: {
      id: 'i-1',
      state: 'open',
      severity: 'critical',
      title: 'p95 of /pay is 2.1 s',
      openedAt: TIME - 20_000,
      updatedAt: TIME,
      findings: [finding('http.server.request.duration')],
      findingCount: 1,
      suspects: [{ signal: signal('db.pool.wait', { pool: 'main' }), weight: 0.62, evidence: 'it rose first' }],
      ...incident,
    },
    ...changes,
  }
}

/** A context for a channel, of which only clock and abort matter. */
export function aContext(
  clock: Clock = virtualClock({ start: TIME }),
  abort: AbortSignal = new AbortController().signal,
): Context {
  const refuse = (): never => {
    throw new Error('a channel has no business here')
  }
  return {
    service: 'checkout',
    clock,
    abort,
    store: memoryStore(),
    audit: { append: refuse, read: refuse },
    save: refuse,
    signal: refuse,
    health: refuse,
    report: refuse,
    acted: refuse,
    alerted: refuse,
    feedback: refuse,
    fault: refuse,
  }
}
