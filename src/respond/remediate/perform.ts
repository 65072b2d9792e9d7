import { type Context, type Incident, mask, messageOf, type Remediation, type RunIdentity } from '../../model/index.js'
import { readJournal, writeJournal } from './journal.js'
import type { Leases } from './leases.js'
import { switchedOff } from './off-switch.js'
import type { Order } from './order.js'
import { missingRoom } from './room.js'
import { bestEffort, escalation, note, said } from './telling.js'

/** What carrying out needs beside the order. */
export interface Tools {
  readonly rungs: readonly (readonly Remediation[])[]
  readonly leases: Leases
  /** The playbook's own check. */
  readonly verify: Remediation['verify']
  /** Resolves once all guards can answer. */
  load(): Promise<unknown>
  /** Asks a person. */
  ask(order: Order, context: Context): Promise<unknown>
}

type Work = (order: Order, tools: Tools, context: Context) => Promise<unknown>

/** Carries out what the playbook ordered: first it is written down and synced, then done. */
export async function perform(order: Order, tools: Tools, context: Context): Promise<unknown> {
  const { id, attempt } = order.action
  const run = (): RunIdentity => ({ id, attempt, token: tools.leases.token })
  return WORK[order.kind](order, tools, {
    ...context,
    get run() {
      return run()
    },
  })
}

const WORK: Readonly<Record<Order['kind'], Work>> = {
  async recover({ action }, { load, leases }, { store, abort }) {
    await load()
    const journal = await readJournal(store, action.name)
    if (journal?.run) await leases.take(action.name, abort)
    return journal
  },
  refuse: (order, _, context) => note(order, context, 'refused', order.guard),
  async tell(order, _, context) {
    const { outcome } = order.action
    context.acted(said(order))
    await note(
      order,
      context,
      outcome === 'declined' ? 'declined' : outcome === 'escalated' ? 'escalated' : 'shadow',
      outcome,
    )
    if (order.escalate) context.report(escalation(order))
  },
  async ask(order, { ask }, context) {
    context.acted(said(order))
    await note(order, context, 'asked', '')
    return ask(order, context)
  },
  approved: (order, _, context) => note(order, context, 'approved', ''),
  async prepare(order, { leases }, context) {
    const refused = (await off(context)) ?? (await leases.take(order.action.name, context.abort))
    if (refused) return { refused }
    await write(order, context).catch(async (error) => {
      await leases.release()
      throw error
    })
    await note(order, context, 'started', '')
    context.acted(said(order))
    return undefined
  },
  async step(order, { rungs, leases }, context) {
    const { incident } = order
    const step = stepsOf(order, rungs)[order.step]
    if (!step || !incident) throw new Error('there is no such step any more')
    const refused =
      (await off(context)) ?? leases.lost() ?? (await missingRoom(step)) ?? (await unmet(step, incident, context))
    if (refused) return { refused }
    await write(order, context)
    await note(order, context, 'step', step.name, '')
    inTime(context)
    return apply(order, step, incident, context)
  },
  record: (order, _, context) => write(order, context),
  async verify(order, { rungs, verify }, context) {
    const { incident } = order
    if (!incident) return false
    for (const each of [...stepsOf(order, rungs), { verify }])
      if (each.verify && (await masked(async () => each.verify?.(incident, context))) !== true) return false
    return true
  },
  async conclude(order, _, context) {
    await bestEffort(context, () => write(order, context))
    if (await isTold(order, context)) return
    await note(order, context, 'outcome', order.action.outcome)
    context.acted(said(order))
    if (!order.escalate) return
    context.acted({ ...said(order), outcome: 'escalated' })
    context.report(escalation(order))
  },
  async undo(order, { rungs }, context) {
    const { incident } = order
    const refused = await off(context)
    if (refused || !incident) return note(order, context, 'refused', 'off switch', 'the work is not taken back')
    await bestEffort(context, () => write(order, context))
    const begun = stepsOf(order, rungs).slice(0, order.step)
    for (const step of begun.reverse()) {
      if (!step.undo || context.abort.aborted) continue
      await note(order, context, 'undo', step.name, '')
      await bestEffort(context, () => masked(async () => step.undo?.(incident, context)))
    }
  },
  async close(order, { leases }, context) {
    await leases.release()
    await write(order, context)
  },
}

function stepsOf({ rung }: Order, rungs: Tools['rungs']): readonly Remediation[] {
  return rungs[Math.min(rung, rungs.length - 1)] ?? []
}

async function apply(order: Order, step: Remediation, incident: Incident, context: Context): Promise<void> {
  try {
    const output = await masked(async () => step.apply(incident, context))
    if (context.abort.aborted) throw new Error(`${step.name} came to its end after its time`)
    await note(order, context, 'step done', step.name, typeof output === 'string' ? output : '')
  } catch (error) {
    if (!context.abort.aborted) await note(order, context, 'step failed', step.name, messageOf(error))
    throw error
  }
}

/** Runs a user's code; what it throws is told without its secrets. */
async function masked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(mask(messageOf(error)))
  }
}

async function off({ store }: Context): Promise<{ guard: string; reason: string } | undefined> {
  const reason = await switchedOff(store)
  return reason === undefined ? undefined : { guard: 'off switch', reason: mask(reason) }
}

async function unmet(
  step: Remediation,
  incident: Incident,
  context: Context,
): Promise<{ guard: string; reason: string } | undefined> {
  const reason = await masked(async () => step.precondition?.(incident, context))
  return typeof reason === 'string' && reason !== '' ? { guard: 'precondition', reason: mask(reason) } : undefined
}

async function write({ journal }: Order, context: Context): Promise<void> {
  inTime(context)
  if (journal) await writeJournal(context.store, { ...journal, token: context.run?.token })
}

/** An order that was given up may have something else after it by now: it must neither write nor do anything any more. */
function inTime({ abort }: Context): void {
  if (abort.aborted) throw new Error('it is out of time')
}

/** After a crash between the line and its removal, the outcome is not told twice. */
async function isTold({ action }: Order, context: Context): Promise<boolean> {
  try {
    return (await context.audit.read()).some(({ run, event }) => run === action.id && event === 'outcome')
  } catch (error) {
    context.fault(error)
    return false
  }
}
