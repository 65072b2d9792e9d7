import type { Action, Context } from '../../model/index.js'
import type { Journal } from './intent.js'
import { readJournals } from './journal.js'
import { Leases } from './leases.js'
import { type Order, orderAbout } from './order.js'
import { perform, type Tools } from './perform.js'
import { bestEffort } from './telling.js'

const TOOLS: Tools = {
  rungs: [],
  leases: new Leases(undefined),
  verify: undefined,
  load: async () => undefined,
  ask: async () => undefined,
}

/**
 * Brings the runs to their one outcome whose playbook is not there any more, renamed or taken out in the midst of them. What they
 * began cannot be taken back, since its steps are gone with it: a person is told.
 */
export async function closeStrays(isThere: (playbook: string) => boolean, context: Context): Promise<void> {
  for (const journal of await readJournals(context.store, context.fault))
    if (!isThere(journal.playbook)) await bestEffort(context, () => close(journal, context))
}

async function close(journal: Journal, context: Context): Promise<void> {
  const { run } = journal
  if (!run) return
  const { incident } = journal
  const { id, attempt, startedAt, begun } = run
  const about = { id, attempt, startedAt, since: startedAt, name: journal.playbook, incident: run.incident }
  const action: Action = { ...about, time: context.clock.now(), ...ending(journal) }
  const escalate = begun > 0 && action.outcome !== 'helped'
  const conclude: Order = orderAbout('conclude', action, { incident, escalate, journal })
  await perform(conclude, TOOLS, context)
  await perform(orderAbout('close', action, { journal: { ...journal, run: null, incident: null } }), TOOLS, context)
}

/** The outcome, where it was known before it could be told; else what can be said without its playbook. */
function ending({ run }: Journal): Pick<Action, 'outcome' | 'evidence'> {
  if (run?.outcome) return { outcome: run.outcome, evidence: run.evidence }
  if (!run?.begun) return { outcome: 'stopped', evidence: 'before its first step: its playbook is not there any more' }
  const evidence = 'its playbook is not there any more, so what it began is neither verified nor taken back'
  return { outcome: 'unknown', evidence }
}
