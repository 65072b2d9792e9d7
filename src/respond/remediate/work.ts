import { type Answer, type Incident, NONE, type Outcome, type Responder } from '../../model/index.js'
import type { Approvals } from './approval.js'
import type { EngineState } from './engine-state.js'
import type { RemediationGuard } from './guards/guard.js'
import type { Order } from './order.js'
import { perform, type Tools } from './perform.js'
import { type Calls, Playbook } from './playbook.js'
import { isRecovered, mustLook, recovered } from './recovery.js'
import type { Traits } from './traits.js'

export { closeStrays } from './strays.js'

/** A playbook as built: its options, checked. */
export interface Plan extends Pick<Tools, 'rungs' | 'verify' | 'leases'> {
  readonly traits: Traits
  readonly calls: Calls
  readonly guards: readonly RemediationGuard[]
  readonly approvals: Approvals | undefined
}

/** What a playbook does, beside what is known when it is built. */
export type Work = Required<
  Pick<Responder<Order, EngineState>, 'push' | 'tick' | 'perform' | 'settled' | 'answer' | 'busy'>
>

/** The half of a playbook that is loaded with the first start of a monitor that has one. */
export function workOf(plan: Plan): Work {
  const { traits, calls, guards, approvals } = plan
  const playbook = new Playbook(traits, calls, guards)
  const name = traits.playbook
  const tools: Tools = {
    ...plan,
    load: () => Promise.all(guards.map((guard) => guard.load?.())),
    ask: async (order, context) => {
      const names = traits.rungs[order.rung]?.steps.map((step) => step.name)
      return approvals?.ask(order, names ?? [], context)
    },
  }
  return {
    push: (state, incident: Incident, now) => playbook.take(state, incident, now),
    tick(state, now) {
      if (isRecovered(state, name)) return playbook.advance(state, now)
      return mustLook(state, name, now) ? [playbook.recover(state, now)] : NONE
    },
    perform: (order, context) => perform(order, tools, context),
    settled(state, order, outcome: Outcome, now) {
      if (order.kind === 'recover') {
        if (!outcome.ok || isRecovered(state, name)) return NONE
        recovered(state, name)
      }
      return playbook.learn(state, order, outcome, now)
    },
    busy: (state) => !isRecovered(state, name) || state.books.some((book) => book.name === name && book.run !== null),
    answer(state, { token, approve, by }: Answer, now) {
      const id = approvals?.read(token, now)
      return id === undefined ? undefined : playbook.answer(state, id, approve, by, now)
    },
  }
}
