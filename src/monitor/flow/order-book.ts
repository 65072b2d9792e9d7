import { type Clock, type Context, NONE, type Outcome, type Responder } from '../../model/index.js'
import type { Guard } from '../guard.js'
import type { Slot } from './flow.js'

/** Orders of one responder that may be under way at once; more are refused, and the responder learns of it. */
const MOST_RUNNING = 100
const DEADLINE = 30_000

/** What the order book needs of the shell. */
export interface OrderShell {
  readonly guard: Guard
  readonly parts: { has(part: Responder): boolean }
  /** Stage time. */
  time(): number
  drop(cause: string): void
  /** A context whose `abort` fires at the order's deadline. */
  context(part: string, abort: AbortSignal): Context
}

/** Orders under way: performed one after another where they are given so, ended at their deadline, their outcome told. */
export class OrderBook {
  readonly #running = new Map<Slot<Responder>, Set<AbortController>>()

  constructor(private readonly shell: OrderShell) {}

  get running(): number {
    let count = 0
    for (const orders of this.#running.values()) count += orders.size
    return count
  }

  /** Carries orders out. */
  take(slot: Slot<Responder>, orders: readonly unknown[]): void {
    for (const order of orders) void this.#perform(slot, order)
  }

  /** Lets what is under way come to its end, for so many milliseconds; then ends it. */
  async finish(clock: Clock, patience: number): Promise<void> {
    for (let waited = 0; this.running > 0 && waited < patience; waited += 50) await clock.sleep(50)
    this.abort()
  }

  /** Ends what is still under way. */
  abort(): void {
    for (const orders of this.#running.values()) for (const order of orders) order.abort()
  }

  async #perform(slot: Slot<Responder>, order: unknown): Promise<void> {
    const running = this.#running.get(slot) ?? new Set()
    this.#running.set(slot, running)
    if (running.size >= MOST_RUNNING) {
      this.shell.drop('too many orders')
      return this.#settled(slot, order, { ok: false, error: 'too many orders under way' })
    }
    const abort = new AbortController()
    running.add(abort)
    const outcome = await this.#carryOut(slot.part, order, abort)
    running.delete(abort)
    this.#settled(slot, order, outcome)
  }

  /** Counted under a name of its own: a channel that is down must not set aside the part that decides. */
  #carryOut(part: Responder, order: unknown, abort: AbortController): Promise<Outcome> {
    const name = `${part.name} perform`
    const work = (): unknown => part.perform(order, this.shell.context(name, abort.signal))
    return this.shell.guard.settle(name, part.deadline ?? DEADLINE, abort, work)
  }

  #settled(slot: Slot<Responder>, order: unknown, outcome: Outcome): void {
    const { part, state } = slot
    if (!this.shell.parts.has(part)) return // taken out: nothing follows any more
    const learn = (): readonly unknown[] => part.settled?.(state, order, outcome, this.shell.time()) ?? NONE
    this.take(slot, this.shell.guard.list(part.name, learn))
  }
}
