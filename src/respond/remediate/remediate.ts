import { type Answer, ConfigError, checkOptions, NONE, type Responder } from '../../model/index.js'
import { Approvals } from './approval.js'
import { condition } from './condition.js'
import { startEngine } from './engine.js'
import type { EngineState } from './engine-state.js'
import { guardsOf } from './guards/guard.js'
import { guardrails } from './guards/guardrails.js'
import { Leases } from './leases.js'
import { REMEDIATE_OPTIONS, type RemediateOptions, rungsOf, traitsOf } from './options.js'
import type { Order } from './order.js'
import { perform, type Tools } from './perform.js'
import { Playbook } from './playbook.js'
import { isRecovered, mustLook, recovered } from './recovery.js'

/** Writing the intent and the audit trail takes its time too. */
const WRITING = 10_000

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
  checkOptions('remediate', options, REMEDIATE_OPTIONS)
  const calls = condition(options.when)
  const rungs = rungsOf(options)
  const approvals = options.mode === 'approve' ? new Approvals(options.approval as never) : undefined
  if (options.approval !== undefined && !approvals)
    throw new ConfigError('remediate.approval', "left out, but for mode: 'approve'", options.mode)
  const traits = traitsOf(options, rungs, approvals)
  const guards = guardsOf('remediate.guards', options.guards ?? guardrails())
  const playbook = new Playbook(traits, calls, guards)
  const tools: Tools = {
    rungs,
    verify: options.verify,
    leases: new Leases(options.lease),
    load: () => Promise.all(guards.map((guard) => guard.load?.())),
    ask: async (order, context) => {
      const names = traits.rungs[order.rung]?.steps.map(({ name }) => name)
      return approvals?.ask(order, names ?? [], context)
    },
  }
  const name = traits.playbook
  return {
    name: `remediate ${name}@2`,
    memory: 'remediate@2',
    deadline: traits.timeout + WRITING,
    start: startEngine,
    push: (state, incident, now) => playbook.take(state, incident, now),
    tick(state, now) {
      if (isRecovered(state, name)) return playbook.advance(state, now)
      return mustLook(state, name, now) ? [playbook.recover(state, now)] : NONE
    },
    perform: (order, context) => perform(order, tools, context),
    settled(state, order, outcome, now) {
      if (order.kind === 'recover') {
        if (!outcome.ok || isRecovered(state, name)) return NONE
        recovered(state, name)
      }
      return playbook.learn(state, order, outcome, now)
    },
    busy: (state) => !isRecovered(state, name) || state.books.some((book) => book.name === name && book.run !== null),
    answer: (state, { token, approve, by }: Answer, now) => {
      const id = approvals?.read(token, now)
      return id === undefined ? undefined : playbook.answer(state, id, approve, by, now)
    },
  }
}
