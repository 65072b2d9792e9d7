import { sizeOf } from './active-segment.js'
import type { Files } from './files.js'
import { Lane } from './lane.js'
import { LaneDisk } from './lane-disk.js'
import type { Parcel } from './parcel.js'
import type { OutboxSettings } from './settings.js'

/** What makes a directory this process's own. */
export interface Claim {
  release(): Promise<void>
}

/** The lanes of an outbox: those that somebody sends, and those that a former process has left. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  constructor(
    private readonly files: Files,
    private readonly settings: OutboxSettings,
  ) {}

  /** Those of the highest priority first. */
  get all(): readonly Lane[] {
    return [...this.#lanes.values()].sort((a, b) => a.priority - b.priority)
  }

  get(name: string): Lane | undefined {
    return this.#lanes.get(name)
  }

  add(name: string, priority: number): Lane {
    const { boot, clock, maxBytes, sync } = this.settings
    const segmentSize = Math.min(2 ** 20, Math.floor(maxBytes / 16))
    const limits = { segmentSize, syncs: sync !== 'none' }
    const disk = new LaneDisk({ lane: name, priority, files: this.files, boot, clock, ...limits })
    const lane = new Lane(name, priority, disk, boot)
    this.#lanes.set(name, lane)
    return lane
  }

  /** Takes the directory over, with what a former process left in it. */
  async open(): Promise<Claim> {
    const found = await this.files.list()
    const claim = await this.settings.claim()
    if (!claim) throw new Error('the outbox belongs to another process, which is running')
    try {
      for (const { lane, priority } of found) if (!this.#lanes.has(lane)) this.add(lane, priority)
      for (const { name, disk } of this.all) await disk.open(found.filter(({ lane }) => lane === name))
      return claim
    } catch (error) {
      await this.close()
      await claim.release().catch(() => {})
      throw error
    }
  }

  async close(): Promise<void> {
    for (const { disk } of this.all) await disk.close()
  }

  /** Takes the oldest of the lowest priority out of memory, until no more than so many bytes are in memory alone. */
  *dropped(mostBytes: number): Iterable<readonly [Lane, Parcel]> {
    let bytes = this.all.reduce((sum, { recent }) => sum + recent.unwrittenBytes, 0)
    if (bytes <= mostBytes) return
    for (const lane of this.all.toReversed()) {
      for (
        let parcel = lane.recent.dropUnwritten();
        parcel;
        parcel = bytes > mostBytes ? lane.recent.dropUnwritten() : undefined
      ) {
        bytes -= sizeOf(parcel)
        yield [lane, parcel]
      }
      if (bytes <= mostBytes) return
    }
  }
}
