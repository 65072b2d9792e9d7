import { sizeOf } from './active-segment.js'
import type { Done } from './cursor.js'
import type { Parcel } from './parcel.js'

/** So many parcels that are safe on disk are also kept in memory, to be sent without reading them back. */
const MOST = 64

/** The parcels of a lane that have come last and are not done, in their order: on disk, or not yet. */
export class Recent {
  /** Bytes of those that are not on disk. */
  unwrittenBytes = 0
  #parcels: Parcel[] = []

  get first(): Parcel | undefined {
    return this.#parcels[0]
  }

  get firstWritten(): Parcel | undefined {
    return this.#parcels.find(({ written }) => written)
  }

  /** Those that are not on disk. */
  get unwritten(): readonly Parcel[] {
    return this.#parcels.filter(({ written }) => !written)
  }

  /** Whether a power cut would lose any that is on disk. */
  get hasUnsynced(): boolean {
    return this.#parcels.some(({ written, synced }) => written && !synced)
  }

  /** The oldest, at most so many. */
  take(most: number): readonly Parcel[] {
    return this.#parcels.slice(0, most)
  }

  push(parcel: Parcel): void {
    this.#parcels.push(parcel)
    this.unwrittenBytes += sizeOf(parcel)
  }

  remove(parcel: Parcel): void {
    const at = this.#parcels.indexOf(parcel)
    if (at < 0) return
    this.#parcels.splice(at, 1)
    if (!parcel.written) this.unwrittenBytes -= sizeOf(parcel)
  }

  /** Forgets those in a segment that is gone. */
  forget(segment: number): void {
    this.#parcels = this.#parcels.filter(({ written }) => written?.range.from.segment !== segment)
  }

  /** These are on disk now; what was sent meanwhile is done there too. */
  wrote(parcels: readonly Parcel[], done: Done): void {
    for (const parcel of parcels) {
      if (!parcel.settled) this.unwrittenBytes -= sizeOf(parcel)
      else if (parcel.written) done.add(parcel.written.range, parcel.written.after)
    }
  }

  /** What is on disk is safe from a power cut. Of much that is, the oldest is let go. */
  safe(): void {
    for (const parcel of this.#parcels) if (parcel.written) parcel.synced = true
    const past = this.#parcels.findIndex(({ synced }) => !synced)
    const many = Math.min(this.#parcels.length - MOST, past < 0 ? this.#parcels.length : past)
    if (many > 0) this.#parcels.splice(0, many)
  }

  /** What was written and not synced may be lost: it is to be written again, and done where it was. */
  unsafe(done: Done): void {
    for (const parcel of this.#parcels) {
      if (parcel.synced || !parcel.written) continue
      done.add(parcel.written.range, parcel.written.after)
      parcel.written = undefined
      this.unwrittenBytes += sizeOf(parcel)
    }
  }

  /** Drops the oldest that is on no disk. */
  dropUnwritten(): Parcel | undefined {
    const dropped = this.#parcels.find(({ written }) => !written)
    if (dropped) this.remove(dropped)
    return dropped
  }
}
