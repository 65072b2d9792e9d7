import type { Hold, Lease } from '../../model/index.js'
import type { Refusal } from './guards/guard.js'

/** The slot that a playbook holds while it is at work, where it needs one. */
export class Leases {
  #hold: Hold | undefined

  constructor(private readonly lease: Lease | undefined) {}

  /** Takes a slot; answers with a refusal when there is none. Rejects when that cannot be found out. */
  async take(holder: string, abort: AbortSignal): Promise<Refusal | undefined> {
    if (!this.lease || this.#hold) return undefined
    this.#hold = await this.lease.acquire(holder, abort)
    return this.#hold ? undefined : { guard: 'lease', reason: `no slot of ${this.lease.name} is free` }
  }

  /** A refusal when the slot was lost meanwhile. */
  lost(): Refusal | undefined {
    return this.#hold?.valid?.() === false ? { guard: 'lease', reason: `${this.lease?.name} was lost` } : undefined
  }

  /** The fencing token of the slot that is held, if it has one. */
  get token(): string | number | undefined {
    return this.#hold?.token
  }

  async release(): Promise<void> {
    const hold = this.#hold
    this.#hold = undefined
    await hold?.release()
  }
}
