import type { Clock } from '../../model/index.js'
import type { FileSystem } from '../file-system.js'
import type { Boot } from './boot.js'
import { cursorOf, Done, SLOT, slotBytes } from './cursor.js'
import { type Files, type SegmentFile, segmentName } from './files.js'
import { FRAME_HEADER, frameBytes } from './frame.js'
import type { Parcel } from './parcel.js'
import { comparePlaces, type Place, START } from './place.js'
import {
  type Contents,
  contentsOf,
  SEGMENT_HEADER,
  type SegmentHeader,
  segmentHeaderBytes,
  segmentHeaderOf,
} from './segment.js'

type Handle = Awaited<ReturnType<FileSystem['open']>>

/** A segment of a lane. */
interface Segment {
  readonly number: number
  readonly name: string
  /** Up to where it has been written, as far as is known. */
  size: number
  /** Damage was found in it. */
  damaged: boolean
}

/** What a segment holds, and which boot it is of where that can be read. */
export interface SegmentContents extends Contents {
  readonly header: SegmentHeader | undefined
}

const EMPTY: SegmentContents = Object.freeze({ found: [], damaged: 0, torn: 0, header: undefined })

/** What the disk of a lane works with. */
export interface LaneSettings {
  readonly lane: string
  readonly priority: number
  readonly files: Files
  readonly boot: Boot
  readonly clock: Clock
  /** After so many bytes a segment is full. */
  readonly segmentSize: number
  /** Whether a segment is synced before it is closed. */
  readonly syncs: boolean
}

/** A lane's segments and cursor. Not safe for use by two at once: what changes the disk is done in turn. */
export class LaneDisk {
  done = new Done()
  /** Behind everything that is on disk. */
  end: Place = START
  /** Whether a segment was begun since the directory was synced. */
  isNew = false
  /** In the order of their numbers. */
  #segments: Segment[] = []
  #active: { readonly segment: Segment; readonly handle: Handle } | undefined
  #cursor: Handle | undefined
  /** Up to where all is done by the cursor. */
  #saved: Place = START
  #generation = 0

  constructor(readonly settings: LaneSettings) {}

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** Takes over what a former process left. */
  async open(found: readonly SegmentFile[]): Promise<void> {
    if (this.#cursor) return
    const { files, lane } = this.settings
    const { handle, bytes } = await files.cursor(`${lane}.cursor`)
    const { done, generation } = cursorOf(bytes, lane)
    this.#cursor = handle
    this.#generation = generation
    this.done = done
    this.#saved = done.upTo
    this.#segments = found
      .map(({ number, name, size }) => ({ number, name, size, damaged: false }))
      .sort((a, b) => a.number - b.number)
    const last = this.#segments.at(-1)
    const beyond = Math.max(last?.number ?? 0, done.upTo.segment, ...done.further.map(({ to }) => to.segment))
    this.end =
      last && last.number === beyond ? { segment: beyond, offset: last.size } : { segment: beyond + 1, offset: 0 }
    if (!last) done.advance(this.end)
    await this.tidy()
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  /** The first of these that have room in one segment: at least one. */
  fitting(parcels: readonly Parcel[]): readonly Parcel[] {
    const [first] = parcels
    if (!first) return []
    const { segmentSize } = this.settings
    let room =
      segmentSize - (this.#active && !this.#needsSegment(sizeOf(first)) ? this.#active.segment.size : SEGMENT_HEADER)
    const past = parcels.findIndex((parcel) => {
      room -= sizeOf(parcel)
      return room < 0
    })
    return past < 0 ? parcels : parcels.slice(0, Math.max(past, 1))
  }

  /** Whether a frame of so many bytes begins a segment of its own. */
  #needsSegment(bytes: number): boolean {
    const { segmentSize } = this.settings
    return (
      !this.#active || (this.#active.segment.size + bytes > segmentSize && this.#active.segment.size > SEGMENT_HEADER)
    )
  }

  /** How many bytes more the disk takes when so many are written. */
  growth(bytes: number): number {
    const { files } = this.settings
    const segment = this.#active?.segment
    if (!segment || this.#needsSegment(bytes)) return files.growth('', SEGMENT_HEADER + bytes)
    return files.growth(segment.name, segment.size + bytes)
  }

  /** Writes these frames behind what is there; they are {@link fitting}. */
  async append(parcels: readonly Parcel[]): Promise<void> {
    const [first] = parcels
    if (!first) return
    if (this.#needsSegment(sizeOf(first))) await this.#begin()
    const { segment, handle } = this.#active as { readonly segment: Segment; readonly handle: Handle }
    const { lane, files } = this.settings
    const chunks: Uint8Array[] = []
    const ends: number[] = []
    let at = segment.size
    for (const parcel of parcels) {
      chunks.push(...frameBytes(parcel.frame, lane, segment.number, at))
      at += sizeOf(parcel)
      ends.push(at)
    }
    files.grown(segment.name, at)
    await writeAll(handle, chunks, segment.size, at)
    parcels.forEach((parcel, i) => {
      const from = { segment: segment.number, offset: i === 0 ? segment.size : (ends[i - 1] as number) }
      const to = { segment: segment.number, offset: ends[i] as number }
      parcel.written = { range: { from, to }, after: this.end }
      this.end = to
    })
    segment.size = at
  }

  /** Makes what was written safe from a power cut. */
  async sync(): Promise<void> {
    await this.#active?.handle.datasync()
  }

  /** Ends the active segment: nothing is written to it any more. */
  async retire(): Promise<void> {
    const handle = this.#active?.handle
    if (handle && this.settings.syncs) await handle.datasync()
    this.#active = undefined
    await handle?.close()
  }

  /** Ends the active segment after a failure; without a frame the file goes. Never rejects. @returns whether what was written to it is safe */
  async abandon(): Promise<boolean> {
    const active = this.#active
    if (!active) return true
    const safe = await this.retire().then(
      () => true,
      () =>
        active.handle.close().then(
          () => false,
          () => false,
        ),
    )
    this.#active = undefined
    if (active.segment.size === SEGMENT_HEADER) {
      await this.settings.files.remove(active.segment.name).catch(() => {})
      this.#segments.splice(this.#segments.indexOf(active.segment), 1)
    }
    return safe
  }

  /** Whether more is done than is put down. */
  get hasNews(): boolean {
    return comparePlaces(this.done.upTo, this.#saved) > 0
  }

  /** Puts down which frames are done. */
  async save(): Promise<void> {
    this.#saved = this.done.upTo
    const slot = slotBytes(this.done, ++this.#generation, this.settings.lane)
    await this.#cursor?.write(slot, 0, SLOT, (this.#generation % 2) * SLOT)
  }

  async syncCursor(): Promise<void> {
    await this.#cursor?.datasync()
  }

  /** What a segment holds from an offset on: nothing when it is not there. */
  async contents(number: number, from: number): Promise<SegmentContents> {
    const segment = this.#segments.find((one) => one.number === number)
    if (!segment) return EMPTY
    const { files, lane } = this.settings
    const bytes = await files.read(segment.name, from, segment.size)
    const header = segmentHeaderOf(from === 0 ? bytes : await files.read(segment.name, 0, SEGMENT_HEADER))
    if (header === 'unknown') return this.giveUp(number)
    const contents = contentsOf(bytes, lane, number, from)
    segment.damaged ||= contents.damaged > 0 || header === 'damaged'
    const torn = segment === this.#active?.segment ? 0 : contents.torn
    return { ...contents, torn, header: header === 'damaged' ? undefined : header }
  }

  /** Takes a segment that cannot be read as empty: it goes into quarantine. */
  giveUp(number: number): SegmentContents {
    const segment = this.#segments.find((one) => one.number === number)
    if (!segment) return EMPTY
    segment.damaged = true
    return { ...EMPTY, damaged: segment.size }
  }

  /** Removes the segments that are done; what is damaged goes into quarantine. */
  async tidy(): Promise<void> {
    for (const segment of [...this.#segments]) {
      if (segment === this.#active?.segment || !this.#isDone(segment)) continue
      await (segment.damaged ? this.settings.files.quarantine(segment.name) : this.settings.files.remove(segment.name))
      this.#segments.splice(this.#segments.indexOf(segment), 1)
    }
  }

  /** Removes the oldest segment, whatever it holds. @returns its number */
  async dropOldest(): Promise<number | undefined> {
    const [segment] = this.#segments
    if (!segment) return undefined
    if (segment === this.#active?.segment) await this.abandon()
    await this.settings.files.remove(segment.name)
    if (this.#segments[0] === segment) this.#segments.shift()
    this.done.advance(this.#segments[0] ? { segment: this.#segments[0].number, offset: 0 } : this.end)
    return segment.number
  }

  async close(): Promise<void> {
    const cursor = this.#cursor
    this.#cursor = undefined
    await Promise.allSettled([this.abandon().then(() => this.tidy()), cursor?.close()])
  }

  #isDone({ number, size }: Segment): boolean {
    const end = { segment: number, offset: size }
    return comparePlaces(this.done.from({ segment: number, offset: SEGMENT_HEADER }), end) >= 0
  }

  async #begin(): Promise<void> {
    await this.retire()
    const { files, lane, priority, boot, clock } = this.settings
    const number = this.end.offset === 0 ? this.end.segment : this.end.segment + 1
    const name = segmentName(priority, lane, number)
    const handle = await files.create(name)
    const segment = { number, name, size: SEGMENT_HEADER, damaged: false }
    this.#segments.push(segment)
    this.end = { segment: number, offset: SEGMENT_HEADER }
    this.#active = { segment, handle }
    this.isNew = true
    const header = segmentHeaderBytes({ boot: boot.id, wall: clock.now(), uptime: boot.uptime() })
    await writeAll(handle, [header], 0, SEGMENT_HEADER)
  }
}

/** Bytes that a parcel's frame takes. */
export function sizeOf({ frame }: Parcel): number {
  return FRAME_HEADER + frame.payload.byteLength
}

async function writeAll(handle: Handle, chunks: readonly Uint8Array[], from: number, to: number): Promise<void> {
  const { bytesWritten } = await handle.writev(chunks, from)
  let rest = Buffer.concat(bytesWritten === to - from ? [] : chunks).subarray(bytesWritten)
  for (let at = from + bytesWritten; at < to; ) {
    const { bytesWritten: more } = await handle.write(rest, 0, rest.byteLength, at)
    if (more === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' })
    rest = rest.subarray(more)
    at += more
  }
}
