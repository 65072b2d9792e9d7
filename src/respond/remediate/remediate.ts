import { ConfigError, checkOptions, type Responder } from '../../model/index.js'
import { Approvals } from './approval.js'
import { condition } from './condition.js'
import { startEngine } from './engine.js'
import type { EngineState } from './engine-state.js'
import { guardsOf } from './guards/guard.js'
import { guardrails } from './guards/guardrails.js'
import { Leases } from './leases.js'
import { REMEDIATE_OPTIONS, type RemediateOptions, rungsOf, traitsOf } from './options.js'
import type { Order } from './order.js'
import type { Plan, Work } from './work.js'

/** Writing the intent and the audit trail takes its time too. */
const WRITING = 10_000

/** Once loaded, it serves all playbooks of the process. */
let loaded: typeof import('./work.js') | undefined

/**
 * Repairs, and proves that it helped: acts, waits for the signals that made it act to recover, tries again within its limits,
 * and else takes its work back and tells a person, by raising the incident to critical.
 *
 * In `mode: 'observe'`, the default, it does nothing, says what it would have done, and keeps the score of whether the incident was
 * over by itself. All playbooks of a monitor know of each other: see {@link guardrails}. A run is written down before its first
 * step; one that a crash cut short is taken back or verified by the next process, and never repeated blindly.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * remediate({ name: 'recycle-pool', when: { signal: 'db.*' }, steps: [() => pool.drain()], mode: 'act', settle: '2m' })
 */
export function remediate(options: RemediateOptions): Responder<Order, EngineState> {
  const plan = planOf(options)
  let made: Work | undefined
  const work = (): Work => {
    if (!loaded) throw new Error('a playbook is asked before it is loaded')
    made ??= loaded.workOf(plan)
    return made
  }
  return {
    name: partNameOf(plan.traits.playbook),
    memory: 'remediate@2',
    deadline: plan.traits.timeout + WRITING,
    async load() {
      loaded ??= await import('./work.js')
    },
    start: startEngine,
    push: (state, incident, now) => work().push(state, incident, now),
    tick: (state, now) => work().tick(state, now),
    perform: (order, context) => work().perform(order, context),
    settled: (state, order, outcome, now) => work().settled(state, order, outcome, now),
    busy: (state) => work().busy(state),
    answer: (state, answer, now) => work().answer(state, answer, now),
  }
}

/** What the part of a playbook is called. */
export function partNameOf(playbook: string): string {
  return `remediate ${playbook}@2`
}

function planOf(options: RemediateOptions): Plan {
  checkOptions('remediate', options, REMEDIATE_OPTIONS)
  const calls = condition(options.when)
  const rungs = rungsOf(options)
  const approvals = options.mode === 'approve' ? new Approvals(options.approval as never) : undefined
  if (options.approval !== undefined && !approvals)
    throw new ConfigError('remediate.approval', "left out, but for mode: 'approve'", options.mode)
  const traits = traitsOf(options, rungs, approvals)
  const guards = guardsOf('remediate.guards', options.guards ?? guardrails())
  return { traits, calls, rungs, verify: options.verify, leases: new Leases(options.lease), guards, approvals }
}
