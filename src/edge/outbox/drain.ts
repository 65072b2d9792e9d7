import { hashOf } from '../../math/hash.js'
import { uniform } from '../../math/random.js'
import { type Clock, messageOf } from '../../model/index.js'
import type { Lane, Sending } from './lane.js'
import type { Outbox } from './outbox.js'
import type { Batch } from './parcel.js'

/** What became of a try to send. */
export type Sent =
  /** It has arrived, but for so many records that the receiver has refused. */
  | { readonly kind: 'delivered'; readonly rejected?: number; readonly why?: string }
  /** The receiver takes it neither now nor later. */
  | { readonly kind: 'rejected'; readonly why: string }
  /** What was kept cannot be decoded. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** It may arrive another time: after so many milliseconds, where the receiver has said so. */
  | { readonly kind: 'again'; readonly why: string; readonly after?: number | undefined }

/** How a lane is sent. */
export interface Sender {
  /** Sends these together, the oldest first. Never rejects. */
  send(batches: readonly Batch[], abort: AbortSignal): Promise<Sent>
  /** How many batches at most are sent together. */
  readonly most: number
  /** How many records a second at most are sent of a backlog. */
  readonly rate: number
  /** In milliseconds; what is older is dropped. */
  readonly maxAge: number
  /** Told of each try. */
  told(sent: Sent, records: number): void
}

const FIRST_WAIT = 1_000
const LONGEST_WAIT = 30_000
/** A receiver that wants to be left alone for longer is asked again after so long. */
const LONGEST_RETRY_AFTER = 300_000
const IDLE = 3_600_000

/** Sends what waits in a lane, one try at a time, until the outbox is closed. */
export class Drain {
  readonly #clock: Clock
  readonly #ended: AbortSignal
  readonly #stop = new AbortController()
  #failures = 0
  /** Until when nothing is taken from the backlog, for its rate. */
  #backlogAt = 0
  /** Hears of the next try's end. */
  #tries: (() => void)[] = []

  constructor(
    private readonly outbox: Outbox,
    private readonly lane: Lane,
    private readonly sender: Sender,
  ) {
    this.#clock = outbox.settings.clock
    this.#ended = AbortSignal.any([outbox.ended, this.#stop.signal])
  }

  async run(): Promise<void> {
    while (!this.#ended.aborted) {
      const sending = await this.#take()
      if (sending.length === 0) await this.#rest()
      else await this.#try(sending)
      for (const told of this.#tries.splice(0)) told()
    }
    this.lane.again() // what was taken and not sent is for whoever sends this lane next
  }

  /** Sends nothing more; a try under way is ended. */
  stop(): void {
    this.#stop.abort()
    this.lane.nap.end()
  }

  /** Resolves when nothing waits, or what waits cannot be sent now. */
  async flushed(): Promise<void> {
    const { tally } = this.lane
    while (tally.waiting > 0 && !tally.down && !this.#ended.aborted) {
      await new Promise<void>((resolve) => {
        this.#tries.push(resolve)
        this.lane.nap.end()
      })
    }
  }

  async #take(): Promise<readonly Sending[]> {
    try {
      const taken = await this.lane.take(this.sender.most, this.#clock.elapsed() >= this.#backlogAt)
      if (taken.length === 0 && this.lane.disk.cursor.hasNews) await this.outbox.settled(this.lane)
      return taken
    } catch {
      this.lane.again() // the disk cannot be read: later
      await this.#clock.sleep(FIRST_WAIT, this.#ended)
      return []
    }
  }

  async #rest(): Promise<void> {
    const { lane } = this
    const left = lane.hasBacklog ? Math.max(this.#backlogAt - this.#clock.elapsed(), 1) : IDLE
    await lane.nap.take(this.#clock, left)
  }

  async #try(taken: readonly Sending[]): Promise<void> {
    const { lane, sender, outbox } = this
    const old = taken.filter(({ batch }) => batch.age > sender.maxAge)
    const fresh = taken.filter(({ batch }) => batch.age <= sender.maxAge)
    const sent = fresh.length > 0 ? await this.#send(fresh) : undefined
    if (sent && this.#ended.aborted && sent.kind === 'again') return
    const again = sent?.kind === 'again'
    for (const { batch } of old) lane.tally.drop(batch.frame.records, 'age')
    const settled = again ? old : taken
    const hasNews = settled.length > 0 && lane.settle(settled)
    if (sent) this.#count(fresh, sent)
    if (hasNews) await outbox.settled(lane)
    if (!sent) return
    if (again) await this.#backOff(sent.after)
    else this.#pace(fresh)
  }

  /** A sender that rejects all the same is none that the host pays for. */
  async #send(sending: readonly Sending[]): Promise<Sent> {
    try {
      return await this.sender.send(
        sending.map(({ batch }) => batch),
        this.#ended,
      )
    } catch (error) {
      return { kind: 'again', why: messageOf(error) }
    }
  }

  #count(sending: readonly Sending[], sent: Sent): void {
    const { tally } = this.lane
    const records = sending.reduce((sum, { batch }) => sum + batch.frame.records, 0)
    if (sent.kind === 'delivered') tally.sent(records, sent.rejected ?? 0)
    if (sent.kind === 'rejected') tally.sent(records, records)
    if (sent.kind === 'unreadable') tally.drop(records, 'unreadable')
    if (sent.kind === 'again') tally.retries++
    tally.down = sent.kind === 'again'
    this.sender.told(sent, records)
  }

  /** Waits as the receiver has asked, else longer and longer; half of a wait is by chance, so that a fleet does not come back all at once. */
  async #backOff(after: number | undefined): Promise<void> {
    this.lane.again()
    this.outbox.flush()
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures++, LONGEST_WAIT)
    const asked = after === undefined ? wait * (0.5 + this.#chance() / 2) : Math.min(after, LONGEST_RETRY_AFTER)
    for (const told of this.#tries.splice(0)) told()
    await this.#clock.sleep(asked, this.#ended)
  }

  #chance(): number {
    return uniform(hashOf(`${this.outbox.settings.boot.id} ${process.pid} ${this.lane.name}`), this.lane.tally.retries)
  }

  #pace(sending: readonly Sending[]): void {
    this.#failures = 0
    const records = sending.reduce((sum, { batch }) => sum + (batch.backlog ? batch.frame.records : 0), 0)
    if (records > 0)
      this.#backlogAt = Math.max(this.#backlogAt, this.#clock.elapsed()) + (1_000 * records) / this.sender.rate
  }
}
