import { type Clock, inTime, messageOf, type Store } from '../../model/index.js'
import { isAhead } from './ahead.js'
import type { Refusal } from './encode-snapshot.js'
import { setAside } from './set-aside.js'
import type { SnapshotFrame, SnapshotRecord } from './snapshot-format.js'
import { noCounts, type Restored, type Saved, type SnapshotCounts } from './snapshot-report.js'
import { WaitingStates } from './waiting-states.js'

/** The store's key. */
const KEY = 'snapshot'

/** Loaded at the start, and not by importing the library. */
const codec = () => import('./codec.js')

/** What snapshots need. */
export interface SnapshotsOptions extends SnapshotFrame {
  readonly store: Store
  /** Hears of each failure. */
  readonly fault: (error: Error) => void
  /** The latest time that any part has been given. @defaultValue the clock's `now` */
  readonly time?: () => number
  /** How long the store may take at a start, in milliseconds. @defaultValue 10_000 */
  readonly restoreDeadline?: number
  /** How long the store may take to write, in milliseconds. @defaultValue 60_000 */
  readonly saveDeadline?: number
  /** How long a memory that nobody asks for is carried along, in milliseconds of running time. @defaultValue 7 days */
  readonly keep?: number
}

/**
 * The memory of all parts, kept in a {@link Store} over restarts: see docs/snapshot-format.md.
 *
 * Restore once, before anything is saved; then let each part {@link adopt} its memory when it first needs it. Nothing here
 * throws, rejects, or waits longer than its deadline for the store.
 */
export class Snapshots {
  readonly counts: SnapshotCounts = noCounts()
  readonly #options: SnapshotsOptions
  readonly #clock: Clock
  #waiting: WaitingStates
  /** The restore or save under way. */
  #current: Promise<unknown> | undefined
  /** A write that the store has not answered, after its deadline too. */
  #writing = false

  constructor(options: SnapshotsOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#waiting = new WaitingStates(options.clock, options.keep)
  }

  /** Memories that wait for their parts and signals. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Memories given up: nobody asked for them in time, or too many waited. */
  get expired(): number {
    return this.#waiting.expired
  }

  /** Reads the last snapshot. @param running - the parts there are, by `name@version`. */
  async restore(running: ReadonlySet<string>): Promise<Restored> {
    await this.idle()
    return this.#alone(() => this.#restore(running))
  }

  /** The memory of a part, for a signal or (key empty) for itself; taken out, `undefined` when there is none. */
  adopt(part: string, key: string): unknown {
    const state = this.#waiting.take(part, key)
    if (state !== undefined) this.counts.adopted++
    return state
  }

  /** Writes the memories, and those that wait. Give those first that matter most. */
  async save(records: Iterable<SnapshotRecord>): Promise<Saved> {
    if (this.#current || this.#writing) {
      this.counts.busy++
      return 'busy'
    }
    return this.#alone(() => this.#save(records))
  }

  /** Resolves when no restore or save is under way. Before the last save: `await idle(); await save(…)`. */
  async idle(): Promise<void> {
    while (this.#current) await this.#current.catch(() => {})
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = work()
    this.#current = result
    try {
      return await result
    } finally {
      this.#current = undefined
    }
  }

  async #restore(running: ReadonlySet<string>): Promise<Restored> {
    const { decodeSnapshot } = await codec() // here, so that a save finds it loaded
    const bytes = await this.#read()
    if (typeof bytes === 'string') return { records: 0, foreign: 0, reason: bytes }
    const decoded = await decodeSnapshot(bytes, this.#options)
    if (!decoded.ok) {
      await this.#setAside(bytes, `${decoded.reason}: ${decoded.detail}`)
      return { records: 0, foreign: 0, reason: decoded.reason }
    }
    if (isAhead(decoded.time, this.#clock.now())) {
      await this.#setAside(bytes, 'ahead of the clock by more than a day')
      return { records: 0, foreign: 0, reason: 'ahead' }
    }
    this.#waiting = new WaitingStates(this.#clock, this.#options.keep, decoded.records)
    const foreign = decoded.records.filter(({ part }) => !running.has(part)).length
    this.counts.restored += decoded.records.length
    this.counts.foreign += foreign
    return { records: this.#waiting.size, foreign, time: decoded.time }
  }

  async #read(): Promise<Uint8Array | 'nothing there' | 'no answer'> {
    try {
      const bytes = await this.#ask(this.#options.restoreDeadline ?? 10_000, () => this.#options.store.get(KEY))
      if (bytes === undefined) return 'nothing there'
      if (bytes instanceof Uint8Array) return bytes
      throw new Error('it gave no bytes')
    } catch (error) {
      this.#failed('the snapshot could not be read, the memory begins afresh', error)
      return 'no answer'
    }
  }

  async #setAside(bytes: Uint8Array, why: string): Promise<void> {
    this.counts.setAside++
    try {
      const { store, restoreDeadline = 10_000 } = this.#options
      const name = await this.#ask(restoreDeadline, () => setAside(store, KEY, bytes))
      this.#tell(`the snapshot is ${why}; it was set aside as '${name}', the memory begins afresh`)
    } catch (error) {
      this.#failed(`the snapshot is ${why}; it could not be set aside, the memory begins afresh`, error)
    }
  }

  async #save(records: Iterable<SnapshotRecord>): Promise<Saved> {
    try {
      const time = this.#options.time ?? (() => this.#clock.now())
      const { encodeSnapshot } = await codec()
      const { bytes, refused } = await encodeSnapshot(this.#all(records), time, this.#options)
      this.#report(refused)
      await this.#write(bytes)
      this.counts.saved++
      return 'saved'
    } catch (error) {
      this.#failed('the snapshot could not be written', error)
      return 'failed'
    }
  }

  /** Those that wait come first: one that is adopted meanwhile is then still to come among the others, and replaces it. */
  *#all(records: Iterable<SnapshotRecord>): Generator<SnapshotRecord> {
    yield* this.#waiting.records()
    yield* records
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#writing = true
    const written = Promise.resolve()
      .then(() => this.#options.store.set(KEY, bytes))
      .finally(() => {
        this.#writing = false
      })
    await this.#ask(this.#options.saveDeadline ?? 60_000, () => written)
  }

  #ask<T>(deadline: number, work: () => Promise<T>): Promise<T> {
    return inTime({ clock: this.#clock, ms: deadline }, work)
  }

  #report(refused: ReadonlyMap<string, Refusal>): void {
    for (const [part, { count, reason }] of refused) {
      this.counts.refused += count
      this.#tell(`${part}: ${count} ${count === 1 ? 'memory' : 'memories'} not saved: it ${reason}`)
    }
  }

  #failed(what: string, error: unknown): void {
    this.counts.failed++
    this.#tell(`${what}: ${messageOf(error)}`, error)
  }

  #tell(message: string, cause?: unknown): void {
    try {
      this.#options.fault(new Error(message, { cause }))
    } catch {
      // whoever listens for faults and throws has been told
    }
  }
}
