import {
  ATTRIBUTE,
  type AuditEvent,
  type Context,
  ESCALATION,
  type Finding,
  idOf,
  mask,
  type Signal,
} from '../../model/index.js'
import type { Order } from './order.js'

/** Does what should be done; that it failed is a fault, and no reason to stop midway. */
export async function bestEffort(context: Context, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    context.fault(error)
  }
}

/** A line of the audit trail. */
export function note(
  { action }: Order,
  context: Context,
  event: AuditEvent,
  what: string,
  text: string = action.evidence,
): Promise<void> {
  const { id: run, name: playbook, incident, attempt } = action
  return bestEffort(context, () =>
    context.audit.append({ event, playbook, run, incident, attempt, what, text: mask(text) }),
  )
}

/** The action, without secrets. */
export function said({ action }: Order): Order['action'] {
  return { ...action, evidence: mask(action.evidence) }
}

/** The finding that raises the incident, so that whoever is told of incidents is told of this. Closed as it comes: it keeps nothing open. */
export function escalation(order: Order): Finding {
  const { name, time, attempt, incident, evidence, outcome } = said(order)
  const signal: Signal = {
    name: 'pi_uptime.action',
    unit: '1',
    attributes: { [ATTRIBUTE.action]: name, [ATTRIBUTE.incidentId]: incident },
  }
  const tried = outcome === 'declined' ? 'was not approved' : `was tried ${attempt === 1 ? 'once' : `${attempt} times`}`
  const summary = `${name} ${tried}, and a person is needed: ${evidence}`
  const base = {
    id: idOf('f', ESCALATION, name, incident),
    watcher: ESCALATION,
    signal,
    severity: 'critical',
    score: 0,
    value: attempt,
  } as const
  return { ...base, state: 'closed', since: time, openedAt: time, updatedAt: time, closedAt: time, summary }
}
