import { AuditTrail } from '../edge/audit-trail.js'
import type { Action, Answer, AuditEntry, Clock, Context, Events, Responder, Store } from '../model/index.js'
import { OFF_KEY } from '../respond/remediate/off-switch.js'
import { partNameOf } from '../respond/remediate/remediate.js'
import type { Slot } from './flow/flow.js'
import type { OrderBook } from './flow/order-book.js'
import type { Guard } from './guard.js'

/** Actions that are remembered. */
const MOST_ACTIONS = 200
/** After so long without a change of the parts, in milliseconds, a playbook that is not there will not come any more. */
const SETTLED = 60_000
const CLOSING = 30_000
/** A store that hangs keeps nobody from starting for longer. */
const OPENING = 5_000
/** What their keys begin with. */
const JOURNALS = 'remediate.'

/** What {@link Repairs} need of the shell. */
export interface RepairShell {
  readonly clock: Clock
  readonly store: Store
  readonly guard: Guard
  readonly orders: OrderBook
  readonly parts: { readonly responders: readonly Slot<Responder>[]; readonly names: ReadonlySet<string> }
  /** Stage time. */
  time(): number
  emit<K extends keyof Events>(event: K, value: Events[K]): void
  context(part: string, abort: AbortSignal): Context
}

/** What was done, and what people say to it: actions, the audit trail, answers, the off switch. */
export class Repairs {
  readonly trail: AuditTrail
  /** The latest, oldest first. */
  readonly actions: Action[] = []
  /** When runs are looked for whose playbook is gone, on the monotonic clock. */
  #sweepAt = Number.POSITIVE_INFINITY

  constructor(private readonly shell: RepairShell) {
    const { store, clock } = shell
    this.trail = new AuditTrail({ store, clock, told: (entry) => shell.emit('audit', entry) })
  }

  /** Before the parts start: runs of the last life that are without a playbook are closed by what is loaded here. */
  async open(): Promise<void> {
    const { guard, store } = this.shell
    const load = async (): Promise<void> => {
      if ((await store.keys(JOURNALS)).length > 0) await import('../respond/remediate/work.js')
    }
    await guard.settle('remediate', OPENING, new AbortController(), load)
  }

  /** The parts have changed: a run may be without its playbook. */
  changed(): void {
    this.#sweepAt = this.shell.clock.elapsed() + SETTLED
  }

  /** Time passes. */
  tick(): void {
    if (this.shell.clock.elapsed() < this.#sweepAt) return
    this.#sweepAt = Number.POSITIVE_INFINITY
    const abort = new AbortController()
    void this.shell.guard.settle('remediate', CLOSING, abort, () => this.#sweep(abort.signal))
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

  async #sweep(abort: AbortSignal): Promise<void> {
    const { store, parts } = this.shell
    if ((await store.keys(JOURNALS)).length === 0) return
    const { closeStrays } = await import('../respond/remediate/work.js')
    await closeStrays((playbook) => parts.names.has(partNameOf(playbook)), this.shell.context('remediate', abort))
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
