import { ConfigError } from '../../model/index.js'
import { Drain, type Sender } from './drain.js'
import type { Lane } from './lane.js'
import type { Outbox } from './outbox.js'
import type { Acceptance, Posted } from './parcel.js'
import { borrow, giveBack } from './registry.js'
import type { OutboxSettings } from './settings.js'
import type { LaneStatus } from './tally.js'

/** How an outbox and one lane of it stand. */
export interface OutboxStatus extends LaneStatus {
  /** Bytes that the whole outbox takes on disk, and the most that it may. */
  readonly bytes: number
  readonly maxBytes: number
  /** Why the disk cannot be written, while it cannot: what comes is then kept in memory. */
  readonly unwritable: string | undefined
}

/** One lane of a directory's outbox, with what sends it. */
export class Outlet {
  readonly outbox: Outbox
  readonly #lane: Lane
  readonly #drain: Drain
  #closed: Promise<void> | undefined

  /** @throws ConfigError when the lane is taken. */
  constructor(who: string, settings: OutboxSettings, name: string, priority: number, sender: Sender) {
    this.outbox = borrow(settings)
    this.#lane = this.outbox.lane(name, priority)
    if (this.#lane.taken) {
      void giveBack(this.outbox)
      throw new ConfigError(`${who}.name`, 'the name of no other exporter or channel with this directory', name)
    }
    this.#lane.taken = true
    this.#drain = new Drain(this.outbox, this.#lane, sender)
    void this.#drain.run()
  }

  /** Keeps something until it is sent. Never rejects. */
  post(posted: Posted): Promise<Acceptance> {
    return this.outbox.post(this.#lane, posted)
  }

  /** What was accepted is safe, and has arrived where that can be: within so many milliseconds. Never rejects. */
  async flush(ms: number): Promise<void> {
    await this.#within(
      ms,
      this.outbox.secure().then(() => this.#drain.flushed()),
    )
  }

  /** Ends it: what waits stays on disk. Resolves within so many milliseconds, never rejects. */
  close(ms: number): Promise<void> {
    this.#closed ??= this.#within(ms, this.#end())
    return this.#closed
  }

  status(): OutboxStatus {
    const { bytes, unwritable, settings } = this.outbox
    const { name, tally, backlog } = this.#lane
    const { damaged, torn } = backlog
    const { waiting, accepted, delivered, rejected, retries, down, dropped } = tally
    const lane = { name, waiting, accepted, delivered, rejected, retries, down, damaged, torn, dropped: { ...dropped } }
    return { ...lane, bytes, maxBytes: settings.maxBytes, unwritable }
  }

  async #end(): Promise<void> {
    this.#drain.stop()
    await giveBack(this.outbox)
    this.#lane.taken = false
  }

  async #within(ms: number, work: Promise<void>): Promise<void> {
    const over = new AbortController()
    const done = work.then(() => over.abort())
    await Promise.race([done, this.outbox.settings.clock.sleep(ms, over.signal)])
  }
}
