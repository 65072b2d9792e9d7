import { hashOf } from '../../math/hash.js'
import { uniform } from '../../math/random.js'
import { messageOf } from '../../model/index.js'
import { Files } from './files.js'
import { LARGEST_PAYLOAD } from './frame.js'
import { InTurn } from './in-turn.js'
import { Lane } from './lane.js'
import { LaneDisk, sizeOf } from './lane-disk.js'
import type { Acceptance, Parcel } from './parcel.js'
import { Room } from './room.js'
import type { OutboxSettings } from './settings.js'
import { survey } from './survey.js'

/** What has been written is synced within so long, in the mode `'group'`. */
const GROUP = 1_000
/** An unwritable disk is tried again after so long. */
const RETRY = 2_000

/** A payload to be kept until it is sent. */
export interface Posted {
  readonly payload: Uint8Array
  readonly compressed: boolean
  readonly records: number
}

/** What waits in a directory to be sent: lanes that share a limit. See docs/outbox-format.md. */
export class Outbox {
  readonly lanes = new Map<string, Lane>()
  /** Why the disk cannot be written, while it cannot. */
  unwritable: string | undefined
  readonly #files: Files
  readonly #room: Room
  readonly #turns = new InTurn()
  readonly #ended = new AbortController()
  #hold: { release(): Promise<void> } | undefined
  #chances = 0
  #flushing = false
  #syncing = false
  #retrying = false

  constructor(readonly settings: OutboxSettings) {
    this.#files = new Files(settings.fs, settings.dir)
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
    const lane = this.#laneOf(name, priority)
    void this.#turns.next(() => (this.#hold ? lane.disk.open([]) : this.#open())).catch((error) => this.#failed(error))
    return lane
  }

  /** A number in [0, 1), another one each time. */
  chance(): number {
    return uniform(hashOf(`${this.settings.boot.id} ${process.pid}`), this.#chances++)
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
      lane.push({ frame, synced: false, settled: false, accept })
      this.#limitMemory()
      lane.nap.end()
      if (write === 'always' || lane.tally.down || lane.unwrittenBytes > maxMemory / 4) this.flush()
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
        await lane.disk.save()
        if (this.settings.sync === 'each') await lane.disk.syncCursor()
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
    for (const lane of this.lanes.values()) lane.nap.end()
    await this.secure()
    await this.#turns.next(async () => {
      for (const { disk } of this.lanes.values()) await disk.close()
      await this.#hold?.release().catch(() => {})
    })
    for (const lane of this.lanes.values()) {
      for (let parcel = lane.dropUnwritten(); parcel; parcel = lane.dropUnwritten()) this.#drop(lane, parcel, 'memory')
    }
  }

  #laneOf(name: string, priority: number): Lane {
    const { boot, clock, maxBytes, sync } = this.settings
    const segmentSize = Math.min(2 ** 19, Math.floor(maxBytes / 16))
    const disk = new LaneDisk({
      lane: name,
      priority,
      files: this.#files,
      boot,
      clock,
      segmentSize,
      syncs: sync !== 'none',
    })
    const lane = new Lane(name, priority, disk, boot)
    this.lanes.set(name, lane)
    return lane
  }

  /** Takes the directory over, with what a former process left in it. */
  async #open(): Promise<void> {
    if (this.#hold || this.ended.aborted) return
    const found = await this.#files.list()
    const hold = await this.settings.claim()
    if (!hold) throw new Error('the outbox belongs to another process, which is running')
    try {
      for (const { lane, priority } of found) if (!this.lanes.has(lane)) this.#laneOf(lane, priority)
      for (const lane of this.lanes.values()) await lane.disk.open(found.filter((file) => file.lane === lane.name))
    } catch (error) {
      await hold.release().catch(() => {})
      throw error
    }
    this.#hold = hold
    for (const lane of this.lanes.values()) lane.nap.end()
    void this.#turns.next(survey(this.lanes.values()))
  }

  async #flush(): Promise<void> {
    this.#flushing = false
    try {
      await this.#open()
      if (!this.#hold) return
      for (const lane of [...this.lanes.values()].sort((a, b) => a.priority - b.priority)) await this.#write(lane)
      this.unwritable = undefined
    } catch (error) {
      await this.#failed(error)
    }
  }

  async #write(lane: Lane): Promise<void> {
    const { sync } = this.settings
    for (let parcels = lane.unwritten; parcels.length > 0; parcels = lane.unwritten) {
      const group = await this.#room.make(lane, parcels)
      if (group.length === 0) {
        this.#drop(lane, lane.dropUnwritten(), 'limit')
        continue
      }
      await lane.disk.append(group)
      lane.wrote(group)
      if (sync === 'each') await this.#sync()
      for (const { accept } of group) accept('written')
    }
    if (sync === 'group') this.#syncSoon()
    if (sync === 'none') lane.safe()
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
    const lanes = [...this.lanes.values()].filter((lane) => lane.hasUnsynced)
    if (lanes.length === 0 || this.settings.sync === 'none') return
    try {
      for (const { disk } of lanes) await disk.sync()
      if (lanes.some(({ disk }) => disk.isNew)) await this.#files.sync()
      for (const { disk } of lanes) disk.isNew = false
      for (const lane of lanes) lane.safe()
    } catch (error) {
      for (const lane of lanes) lane.unsafe()
      await this.#failed(error)
    }
  }

  /** The disk has failed: what is not safe stays in memory, and is written elsewhere as soon as that can be done. */
  async #failed(error: unknown): Promise<void> {
    this.unwritable = messageOf(error)
    for (const lane of this.lanes.values()) {
      if (!(await lane.disk.abandon())) lane.unsafe()
      for (const { accept } of lane.unwritten) accept('memory')
    }
    if (this.#retrying || this.ended.aborted) return
    this.#retrying = true
    void this.settings.clock.sleep(RETRY, this.ended).then(() => {
      this.#retrying = false
      if (!this.ended.aborted) this.flush()
    })
  }

  /** Keeps what is in memory alone within its bound. */
  #limitMemory(): void {
    const lanes = [...this.lanes.values()].sort((a, b) => b.priority - a.priority)
    let bytes = lanes.reduce((sum, lane) => sum + lane.unwrittenBytes, 0)
    for (const lane of lanes) {
      while (bytes > this.settings.maxMemory) {
        const dropped = lane.dropUnwritten()
        if (!dropped) break
        bytes -= sizeOf(dropped)
        this.#drop(lane, dropped, 'memory')
      }
    }
  }

  #drop(lane: Lane, parcel: Parcel | undefined, reason: 'limit' | 'memory'): void {
    if (!parcel) return
    parcel.settled = true
    lane.tally.drop(parcel.frame.records, reason)
    parcel.accept('dropped')
  }
}
