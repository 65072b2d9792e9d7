import type { Frame } from './frame.js'
import type { LaneDisk } from './lane-disk.js'
import { comparePlaces, type Place, START } from './place.js'
import type { SegmentContents } from './segment.js'

/** A frame read back from disk. */
export interface Recalled {
  readonly frame: Frame
  /** The boot that it is of; unset when its segment's header is damaged. */
  readonly boot: string | undefined
  readonly to: Place
}

interface Loaded {
  readonly contents: SegmentContents
  readonly number: number
  /** Up to where it was read; it may have grown since. */
  readonly end: number
  next: number
}

const MOST_FAILURES = 3

/** Reads what a lane has on disk and not done, in order; holds one segment in memory. */
export class Backlog {
  /** Bytes passed over that belong to no frame, and bytes of writes that were cut short. */
  damaged = 0
  torn = 0
  /** Behind what was taken. */
  at: Place = START
  #segment: Loaded | undefined
  /** Segments up to this one have been counted. */
  #counted = 0
  #failures = 0

  constructor(private readonly disk: LaneDisk) {}

  /** The next frame before `limit` that is not done; `undefined` when there is none. Rejects when the disk cannot be read. */
  async next(limit: Place): Promise<Recalled | undefined> {
    for (;;) {
      const at = this.disk.done.from(this.at)
      if (comparePlaces(at, limit) >= 0) return undefined
      const recalled = this.#take(await this.#loaded(at), limit)
      if (recalled) return recalled
    }
  }

  /** The next frame of a segment; with the last of them taken the place moves on, to what was written behind it meanwhile. */
  #take(segment: Loaded, limit: Place): Recalled | undefined {
    const { done, segments } = this.disk
    const found = segment.contents.found[segment.next++]
    const from = found && { segment: segment.number, offset: found.from }
    if (found && from && comparePlaces(from, limit) < 0) {
      this.at = { segment: segment.number, offset: found.to }
      if (comparePlaces(done.from(from), from) > 0) return undefined
      return { frame: found.frame, boot: segment.contents.header?.boot, to: this.at }
    }
    this.#segment = undefined
    if (!found && this.#sizeOf(segment.number) > segment.end) {
      this.at = { segment: segment.number, offset: segment.end }
      return undefined
    }
    const next = segments.find(({ number }) => number > segment.number)
    const start = next && { segment: next.number, offset: 0 }
    this.at = start && !found && comparePlaces(start, limit) < 0 ? start : limit
    return undefined
  }

  /** Goes back to what was read and not sent. */
  rewind(): void {
    this.at = START
    this.#segment = undefined
  }

  async #loaded(at: Place): Promise<Loaded> {
    if (this.#segment?.number === at.segment) return this.#segment
    const end = this.#sizeOf(at.segment)
    const contents = await this.#contents(at)
    if (at.segment > this.#counted) {
      this.#counted = at.segment
      this.damaged += contents.damaged
      this.torn += contents.torn
    }
    this.#segment = { contents, number: at.segment, end, next: 0 }
    return this.#segment
  }

  #sizeOf(segment: number): number {
    return this.disk.segments.find(({ number }) => number === segment)?.size ?? 0
  }

  /** A segment that cannot be read counts as empty at the third time, and goes into quarantine. */
  async #contents(at: Place): Promise<SegmentContents> {
    try {
      const contents = await this.disk.contents(at.segment, at.offset)
      this.#failures = 0
      return contents
    } catch (error) {
      if (++this.#failures < MOST_FAILURES) throw error
      this.#failures = 0
      return this.disk.giveUp(at.segment)
    }
  }
}
