import {
  type Action,
  ATTRIBUTE,
  type Context,
  ESCALATION,
  type Finding,
  type Incident,
  idOf,
  type Remediation,
  type Signal,
} from '../../model/index.js'
import type { Order } from './playbook-state.js'

/** Carries out what the playbook ordered. The answer to `verify` is whether every step that can tell says yes. */
export async function perform(order: Order, steps: readonly Remediation[], context: Context): Promise<unknown> {
  const { kind, incident, action } = order
  if (kind === 'verify') return verify(incident, steps, context)
  if (kind === 'escalate') return escalate(action, context)
  context.acted(action)
  if (kind === 'apply') return apply(incident, steps, context)
  if (order.escalate) escalate(action, context) // before the undoing, which may hang: a person is told in any case
  if (order.undo) await undo(incident, steps, context)
  return undefined
}

async function apply(incident: Incident, steps: readonly Remediation[], context: Context): Promise<void> {
  for (const step of steps) {
    if (context.abort.aborted) throw new Error(`out of time before step ${step.name}`)
    await step.apply(incident, context)
  }
}

async function verify(incident: Incident, steps: readonly Remediation[], context: Context): Promise<boolean> {
  for (const step of steps) if (step.verify && (await step.verify(incident, context)) !== true) return false
  return true
}

/** Last done, first undone; one that fails does not keep the others from being undone. */
async function undo(incident: Incident, steps: readonly Remediation[], context: Context): Promise<void> {
  for (const step of [...steps].reverse()) {
    try {
      await step.undo?.(incident, context)
    } catch (error) {
      context.fault(error)
    }
  }
}

function escalate(action: Action, context: Context): void {
  context.acted({ ...action, outcome: 'escalated' })
  context.report(escalation(action))
}

/** The finding that raises the incident, so that whoever is told of incidents is told of this. Closed as it comes: it keeps nothing open. */
function escalation(action: Action): Finding {
  const { name, time, attempt, incident, evidence } = action
  const signal: Signal = {
    name: 'pi_uptime.action',
    unit: '1',
    attributes: { [ATTRIBUTE.action]: name, [ATTRIBUTE.incidentId]: incident },
  }
  const summary = `${name} was tried ${attempt === 1 ? 'once' : `${attempt} times`}, and a person is needed: ${evidence}`
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
