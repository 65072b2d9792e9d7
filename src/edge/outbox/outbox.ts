import { messageOf } from '../../model/index.js'
import { InTurn } from '../in-turn.js'
import { Files } from './files.js'
import { LARGEST_PAYLOAD } from './frame.js'
import type { Lane } from './lane.js'
import { type Claim, Lanes } from './lanes.js'
import type { Acceptance, Parcel, Posted } from './parcel.js'
import { Room } from './room.js'
import type { OutboxSettings } from './settings.js'

/** What has been written is synced within so long, in the mode `'group'`. */
const GROUP = 1_000
/** An unwritable disk is tried again after so long. */
const RETRY = 2_000

/** What waits in a directory to be sent: lanes that share a limit. See docs/outbox-format.md. */
export class Outbox {
  readonly lanes: Lanes
  /** Why the disk cannot be written, while it cannot. */
  unwritable: string | undefined
  readonly #files: Files
  readonly #room: Room
  readonly #turns = new InTurn()
  readonly #ended = new AbortController()
  #claim: Claim | undefined
  #flushing = false
  #syncing = false
  #retrying = false

  constructor(readonly settings: OutboxSettings) {
    this.#files = new Files(settings.fs, settings.dir)
    this.lanes = new Lanes(this.#files, settings)
    this.#room = new Room(this.#files, this.lanes, settings.maxBytes)
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#files.used
  }

  /** Fires when it is closed. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** The lane of that name, which is made where it is missing. */
  lane(name: string, priority: number): Lane {
    const known = this.lanes.get(name)
    if (known) return known
    const lane = this.lanes.add(name, priority)
    void this.#turns.next(() => (this.#claim ? lane.disk.open([]) : this.#open())).catch((error) => this.#failed(error))
    return lane
  }

  /** Keeps something until it is sent. Never rejects. */
  post(lane: Lane, { payload, compressed, records }: Posted): Promise<Acceptance> {
    const { clock, boot, maxBytes, maxMemory, write } = this.settings
    lane.tally.accept(records)
    if (payload.byteLength > Math.min(LARGEST_PAYLOAD, maxBytes / 4) || this.ended.aborted) {
      lane.tally.drop(records, this.ended.aborted ? 'memory' : 'size')
      return Promise.resolve('dropped')
    }
    return new Promise((accept) => {
      const frame = { payload, records, compressed, wall: clock.now(), uptime: boot.uptime() }
      lane.recent.push({ frame, synced: false, settled: false, accept })
      for (const [of, parcel] of this.lanes.dropped(maxMemory)) this.#drop(of, parcel, 'memory')
      lane.nap.end()
      if (write === 'always' || lane.tally.down || lane.recent.unwrittenBytes > maxMemory / 4) this.flush()
    })
  }

  /** Writes what is not on disk yet, soon. */
  flush(): void {
    if (this.#flushing) return
    this.#flushing = true
    void this.#turns.next(() => this.#flush())
  }

  /** Puts down what is done. */
  async settled(lane: Lane): Promise<void> {
    await this.#turns
      .next(async () => {
        await lane.disk.cursor.save()
        if (this.settings.sync === 'each') await lane.disk.cursor.sync()
        await lane.disk.tidy()
      })
      .catch(() => {}) // what is done is sent again after a crash
  }

  /** Everything that was accepted is on disk and safe, or is in memory because the disk is unwritable. Never rejects. */
  async secure(): Promise<void> {
    await this.#turns.next(() => this.#flush())
    await this.#turns.next(() => this.#sync())
  }

  /** Ends it; what waits stays on disk. Never rejects. */
  async close(): Promise<void> {
    this.#ended.abort()
    for (const lane of this.lanes.all) lane.nap.end()
    await this.secure()
    await this.#turns.next(async () => {
      await this.lanes.close()
      await this.#claim?.release().catch(() => {})
    })
    for (const lane of this.lanes.all) {
      for (let parcel = lane.recent.dropUnwritten(); parcel; parcel = lane.recent.dropUnwritten())
        this.#drop(lane, parcel, 'memory')
    }
  }

  /** Takes the directory over. */
  async #open(): Promise<void> {
    if (this.#claim || this.ended.aborted) return
    this.#claim = await this.lanes.open()
    for (const lane of this.lanes.all) {
      lane.nap.end()
      lane.opened()
      void this.#turns.next(() => lane.survey())
    }
  }

  async #flush(): Promise<void> {
    this.#flushing = false
    try {
      await this.#open()
      if (!this.#claim) return
      for (const lane of this.lanes.all) await this.#write(lane)
      this.unwritable = undefined
    } catch (error) {
      await this.#failed(error)
    }
  }

  async #write(lane: Lane): Promise<void> {
    const { sync } = this.settings
    for (let parcels = lane.recent.unwritten; parcels.length > 0; parcels = lane.recent.unwritten) {
      const group = await this.#room.make(lane, parcels)
      if (group.length === 0) {
        this.#drop(lane, lane.recent.dropUnwritten(), 'limit')
        continue
      }
      await lane.disk.append(group)
      lane.wrote(group)
      if (sync === 'each') await this.#sync()
      for (const { accept } of group) accept('written')
    }
    if (sync === 'group') this.#syncSoon()
    if (sync === 'none') lane.recent.safe()
  }

  #syncSoon(): void {
    if (this.#syncing) return
    this.#syncing = true
    void this.settings.clock.sleep(GROUP, this.ended).then(() => {
      this.#syncing = false
      return this.#turns.next(() => this.#sync())
    })
  }

  async #sync(): Promise<void> {
    const lanes = this.lanes.all.filter((lane) => lane.recent.hasUnsynced)
    if (lanes.length === 0 || this.settings.sync === 'none') return
    try {
      for (const { disk } of lanes) await disk.sync()
      if (lanes.some(({ disk }) => disk.isNew)) await this.#files.sync()
      for (const { disk } of lanes) disk.isNew = false
      for (const lane of lanes) lane.recent.safe()
    } catch (error) {
      for (const lane of lanes) lane.unsafe()
      await this.#failed(error)
    }
  }

  /** The disk has failed: what is not safe stays in memory, and is written elsewhere as soon as that can be done. */
  async #failed(error: unknown): Promise<void> {
    this.unwritable = messageOf(error)
    for (const lane of this.lanes.all) {
      if (!(await lane.disk.abandon())) lane.unsafe()
      for (const { accept } of lane.recent.unwritten) accept('memory')
    }
    if (this.#retrying || this.ended.aborted) return
    this.#retrying = true
    void this.settings.clock.sleep(RETRY, this.ended).then(() => {
      this.#retrying = false
      if (!this.ended.aborted) this.flush()
    })
  }

  #drop(lane: Lane, parcel: Parcel | undefined, reason: 'limit' | 'memory'): void {
    if (!parcel) return
    parcel.settled = true
    lane.tally.drop(parcel.frame.records, reason)
    parcel.accept('dropped')
  }
}
