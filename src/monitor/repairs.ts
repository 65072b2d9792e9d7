import { AuditTrail } from '../edge/audit-trail.js'
import type { Action, Answer, AuditEntry, Clock, Events, Responder, Store } from '../model/index.js'
import { OFF_KEY } from '../respond/remediate/off-switch.js'
import type { Slot } from './flow/flow.js'
import type { OrderBook } from './flow/order-book.js'
import type { Guard } from './guard.js'

/** Actions that are remembered. */
const MOST_ACTIONS = 200

/** What {@link Repairs} need of the shell. */
export interface RepairShell {
  readonly clock: Clock
  readonly store: Store
  readonly guard: Guard
  readonly orders: OrderBook
  readonly parts: { readonly responders: readonly Slot<Responder>[] }
  /** Stage time. */
  time(): number
  emit<K extends keyof Events>(event: K, value: Events[K]): void
}

/** What was done, and what people say to it: actions, the audit trail, answers, the off switch. */
export class Repairs {
  readonly trail: AuditTrail
  /** The latest, oldest first. */
  readonly actions: Action[] = []

  constructor(private readonly shell: RepairShell) {
    const { store, clock } = shell
    this.trail = new AuditTrail({ store, clock, told: (entry) => shell.emit('audit', entry) })
  }

  acted(action: Action): void {
    if (this.actions.push(action) > MOST_ACTIONS) this.actions.shift()
    this.shell.emit('action', action)
  }

  audit(): Promise<readonly AuditEntry[]> {
    return this.trail.read().catch((error) => {
      this.shell.guard.fault('audit', error)
      return []
    })
  }

  /** Whether somebody had asked that. */
  answer(answer: Answer): boolean {
    const { parts, guard, orders } = this.shell
    for (const slot of parts.responders) {
      const { part, state } = slot
      const more = guard.run(part.name, () => part.answer?.(state, answer, this.shell.time()), undefined)
      if (more === undefined) continue
      orders.take(slot, more)
      return true
    }
    return false
  }

  halt(reason: string): Promise<boolean> {
    return this.#switch('off', reason, () => this.shell.store.set(OFF_KEY, new TextEncoder().encode(reason)))
  }

  resume(): Promise<boolean> {
    return this.#switch('on', '', () => this.shell.store.delete(OFF_KEY))
  }

  async #switch(what: 'on' | 'off', text: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      await this.trail.append({ event: 'switch', playbook: '', run: '', incident: '', attempt: 0, what, text })
      return true
    } catch (error) {
      this.shell.guard.fault('off switch', error)
      return false
    }
  }
}
