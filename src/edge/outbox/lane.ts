import { Backlog, type Recalled } from './backlog.js'
import type { Boot } from './boot.js'
import { Done } from './cursor.js'
import type { LaneDisk } from './lane-disk.js'
import { Nap } from './nap.js'
import type { Batch, Parcel } from './parcel.js'
import { comparePlaces, type Place } from './place.js'
import { Recent } from './recent.js'
import { NOTHING } from './segment.js'
import { Tally } from './tally.js'

/** Something that is being sent. */
export interface Sending {
  readonly batch: Batch
  readonly source: Parcel | Recalled
}

/**
 * What waits to be sent by one exporter or channel: a backlog on disk, and behind it the recent parcels in memory, written or not.
 * Both are sent in order; live data does not wait for the backlog.
 */
export class Lane {
  readonly backlog: Backlog
  /** Whether something sends it. */
  taken = false
  /** Ends a wait for something to send. */
  readonly nap: Nap = new Nap()
  readonly recent: Recent = new Recent()
  /** What former runs have left and is not counted yet: its segments, and what of them was done. */
  #left: { readonly done: Done; readonly segments: Set<number> } = { done: new Done(), segments: new Set() }
  /** Last uptimes that were seen of boots before this one. */
  readonly #boots = new Map<string, number>()
  /** Whether the backlog's turn is next, when both wait. */
  #alternate = false

  constructor(
    readonly name: string,
    readonly priority: number,
    readonly disk: LaneDisk,
    private readonly boot: Boot,
    readonly tally: Tally = new Tally(),
  ) {
    this.backlog = new Backlog(disk)
  }

  /** Whether anything on disk is not done and not among the recent. */
  get hasBacklog(): boolean {
    return comparePlaces(this.disk.done.from(this.disk.done.upTo), this.#floor()) < 0
  }

  /**
   * What to send next, live or from the backlog: at most so many together, which are then settled, or not, together.
   *
   * @param backlogAllowed - whether it may come from the backlog at all
   */
  async take(most: number, backlogAllowed: boolean): Promise<readonly Sending[]> {
    this.disk.done.advance(this.backlog.at) // nothing is being sent: all before it is settled
    const live = this.#liveAllowed() ? this.recent.first : undefined
    this.#alternate = !this.#alternate
    if (live && most === 1 && !(backlogAllowed && this.#alternate && this.hasBacklog)) return [this.#live(live)]
    const taken = backlogAllowed ? await this.#recall(most) : []
    if (taken.length === 0) this.disk.done.advance(this.backlog.at)
    if (taken.length > 0 && most === 1) return taken
    const lives = live || !this.hasBacklog ? this.recent.take(most - taken.length) : []
    return [...taken, ...lives.map((parcel) => this.#live(parcel))]
  }

  /** It has been sent, or is given up. @returns whether the disk has something to put down about it */
  settle(sent: readonly Sending[]): boolean {
    const { done } = this.disk
    let changed = false
    for (const { source } of sent) {
      if (isParcel(source)) {
        source.settled = true
        source.accept('sent')
        this.recent.remove(source)
        if (source.written) changed = done.add(source.written.range, source.written.after) || changed
      } else {
        done.advance(source.to)
        changed = true
      }
    }
    return changed
  }

  /** It could not be sent: it is next again. */
  again(): void {
    this.backlog.rewind()
  }

  /** These are on disk now. */
  wrote(parcels: readonly Parcel[]): void {
    this.recent.wrote(parcels, this.disk.done)
  }

  /** What was written and not synced may be lost. */
  unsafe(): void {
    this.recent.unsafe(this.disk.done)
  }

  /** Drops the oldest segment, with all that waits in it. */
  async dropOldest(): Promise<void> {
    const [oldest] = this.disk.segments
    if (!oldest) return
    await this.#count(oldest.number)
    const records = await this.#recordsIn(oldest.number, this.disk.done)
    this.recent.forget(oldest.number)
    await this.disk.dropOldest()
    this.tally.drop(records, 'limit')
  }

  /** The directory is this process's own: what is in it is to be counted. */
  opened(): void {
    this.#left = { done: this.disk.done.copy(), segments: new Set(this.disk.segments.map(({ number }) => number)) }
  }

  /** Counts what former runs have left, one segment after another. What of it is sent meanwhile is counted all the same, since it is subtracted when it is sent. */
  async survey(): Promise<void> {
    for (const number of this.#left.segments) await this.#count(number)
  }

  async #count(segment: number): Promise<void> {
    const { done, segments } = this.#left
    if (segments.delete(segment)) this.tally.left(await this.#recordsIn(segment, done))
  }

  /** Records in a segment that are not done; none when it cannot be read. */
  async #recordsIn(segment: number, done: Done): Promise<number> {
    const { found, header } = await this.disk.contents(segment, 0).catch(() => NOTHING)
    const last = found.at(-1)
    if (header && last) this.learn(header.boot, last.frame.uptime)
    const waiting = found.filter(({ from }) => {
      const place = { segment, offset: from }
      return comparePlaces(done.from(place), place) === 0
    })
    return waiting.reduce((sum, { frame }) => sum + frame.records, 0)
  }

  /** Remembers how long a boot is known to have lasted, to tell ages over it. */
  learn(boot: string, uptime: number): void {
    if (boot !== this.boot.id) this.#boots.set(boot, Math.max(this.#boots.get(boot) ?? 0, uptime))
  }

  /** Whether live data may be sent before the backlog: where what is done out of order can be put down. */
  #liveAllowed(): boolean {
    const { first } = this.recent
    if (!first?.written) return true
    const { done } = this.disk
    const { after } = first.written
    return (
      done.hasRoom ||
      comparePlaces(after, done.upTo) <= 0 ||
      done.further.some(({ to }) => comparePlaces(to, after) === 0)
    )
  }

  /** Where the backlog ends: before the first recent parcel on disk. */
  #floor(): Place {
    const first = this.recent.firstWritten
    return first?.written?.after ?? this.disk.end
  }

  async #recall(most: number): Promise<readonly Sending[]> {
    const taken: Sending[] = []
    for (let left = most; left > 0; left--) {
      const recalled = await this.backlog.next(this.#floor())
      if (!recalled) break
      taken.push(this.#recalled(recalled))
    }
    return taken
  }

  #live(parcel: Parcel): Sending {
    const age = this.boot.uptime() - parcel.frame.uptime
    return { batch: { frame: parcel.frame, age, isOlder: false, backlog: false }, source: parcel }
  }

  #recalled(source: Recalled): Sending {
    const { frame, boot } = source
    const now = this.boot.uptime()
    if (boot) this.learn(boot, frame.uptime)
    const age =
      boot === undefined
        ? 0
        : boot === this.boot.id
          ? now - frame.uptime
          : now + (this.#boots.get(boot) ?? 0) - frame.uptime
    return { batch: { frame, age: Math.max(age, 0), isOlder: boot !== this.boot.id, backlog: true }, source }
  }
}

function isParcel(source: Parcel | Recalled): source is Parcel {
  return 'synced' in source
}
