import { ActiveSegment, sizeOf } from './active-segment.js'
import type { Done } from './cursor.js'
import { CursorFile } from './cursor-file.js'
import type { SegmentFile } from './files.js'
import type { Parcel } from './parcel.js'
import { comparePlaces, type Place, START } from './place.js'
import { contentsOf, NOTHING, SEGMENT_HEADER, type SegmentContents, segmentHeaderOf } from './segment.js'
import type { LaneSettings } from './settings.js'

/** A segment of a lane. */
interface Segment {
  readonly number: number
  readonly name: string
  /** Up to where it has been written, as far as is known. */
  size: number
  /** Damage was found in it. */
  damaged: boolean
}

/** A lane's segments and cursor. Not safe for use by two at once: what changes the disk is done in turn. */
export class LaneDisk {
  readonly cursor: CursorFile
  /** Behind everything that is on disk. */
  end: Place = START
  /** Whether a segment was begun since the directory was synced. */
  isNew = false
  /** In the order of their numbers. */
  #segments: Segment[] = []
  #active: ActiveSegment | undefined

  constructor(private readonly settings: LaneSettings) {
    this.cursor = new CursorFile(settings.files, settings.lane)
  }

  get done(): Done {
    return this.cursor.done
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** Takes over what a former process left. */
  async open(found: readonly SegmentFile[]): Promise<void> {
    if (this.cursor.isOpen) return
    await this.cursor.open()
    const { done } = this
    this.#segments = found
      .map(({ number, name, size }) => ({ number, name, size, damaged: false }))
      .sort((a, b) => a.number - b.number)
    const last = this.#segments.at(-1)
    const beyond = Math.max(last?.number ?? 0, done.upTo.segment, ...done.further.map(({ to }) => to.segment))
    this.end = last?.number === beyond ? { segment: beyond, offset: last.size } : { segment: beyond + 1, offset: 0 }
    if (!last) done.advance(this.end)
    await this.tidy()
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  /** How many bytes the segment still takes in which a frame of so many would come. */
  roomFor(bytes: number): number {
    const size = this.#needsSegment(bytes) ? undefined : this.#active?.size
    return this.settings.segmentSize - (size ?? SEGMENT_HEADER)
  }

  /** How many bytes more the disk takes when so many are written. */
  growth(bytes: number): number {
    const { files } = this.settings
    if (!this.#active || this.#needsSegment(bytes)) return files.growth('', SEGMENT_HEADER + bytes)
    return files.growth(this.#active.name, this.#active.size + bytes)
  }

  /** Writes these frames behind what is there: into one segment, which has room for them, or is for the first alone. */
  async append(parcels: readonly Parcel[]): Promise<void> {
    const [first] = parcels
    if (!first) return
    const active = this.#needsSegment(sizeOf(first)) ? await this.#begin() : (this.#active as ActiveSegment)
    const before = active.size
    const ends = await active.append(parcels)
    const { number, name, size } = active
    const known = this.#segments.find((segment) => segment.number === number)
    if (known) known.size = size
    else this.#segments.push({ number, name, size, damaged: false })
    parcels.forEach((parcel, i) => {
      const from = { segment: number, offset: i === 0 ? before : (ends[i - 1] as number) }
      const to = { segment: number, offset: ends[i] as number }
      parcel.written = { range: { from, to }, after: this.end }
      this.end = to
    })
  }

  /** Makes what was written safe from a power cut. */
  async sync(): Promise<void> {
    await this.#active?.sync()
  }

  /** Ends the active segment after a failure; without a frame the file goes. Never rejects. @returns whether what was written to it is safe */
  async abandon(): Promise<boolean> {
    const active = this.#active
    this.#active = undefined
    if (!active) return true
    const safe = this.settings.syncs ? await succeeds(active.sync()) : true
    await succeeds(active.close())
    if (active.size === SEGMENT_HEADER && !(await succeeds(this.settings.files.remove(active.name))))
      this.end = { segment: active.number + 1, offset: 0 } // its name is taken
    return safe
  }

  /** What a segment holds from an offset on: nothing when it is not there. */
  async contents(number: number, from: number): Promise<SegmentContents> {
    const segment = this.#segments.find((one) => one.number === number)
    if (!segment) return NOTHING
    const { files, lane } = this.settings
    const bytes = await files.read(segment.name, from, segment.size)
    const header = segmentHeaderOf(from === 0 ? bytes : await files.read(segment.name, 0, SEGMENT_HEADER))
    if (header === 'unknown') return this.giveUp(number)
    const contents = contentsOf(bytes, lane, number, from)
    segment.damaged ||= contents.damaged > 0 || header === 'damaged'
    const torn = this.#isActive(segment) ? 0 : contents.torn
    return { ...contents, torn, header: header === 'damaged' ? undefined : header }
  }

  /** Takes a segment that cannot be read as empty: it goes into quarantine. */
  giveUp(number: number): SegmentContents {
    const segment = this.#segments.find((one) => one.number === number)
    if (!segment) return NOTHING
    segment.damaged = true
    return { ...NOTHING, damaged: segment.size }
  }

  /** Removes the segments that are done; what is damaged goes into quarantine. */
  async tidy(): Promise<void> {
    for (const segment of [...this.#segments]) {
      if (this.#isActive(segment) || !this.#isDone(segment)) continue
      await (segment.damaged ? this.settings.files.quarantine(segment.name) : this.settings.files.remove(segment.name))
      this.#segments.splice(this.#segments.indexOf(segment), 1)
    }
  }

  /** Removes the oldest segment, whatever it holds. @returns its number */
  async dropOldest(): Promise<number | undefined> {
    const [segment] = this.#segments
    if (!segment) return undefined
    if (this.#isActive(segment)) await this.abandon()
    await this.settings.files.remove(segment.name)
    if (this.#segments[0] === segment) this.#segments.shift()
    this.done.advance(this.#segments[0] ? { segment: this.#segments[0].number, offset: 0 } : this.end)
    return segment.number
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.abandon().then(() => this.tidy()), this.cursor.close()])
  }

  #isDone({ number, size }: Segment): boolean {
    const end = { segment: number, offset: size }
    return comparePlaces(this.done.from({ segment: number, offset: SEGMENT_HEADER }), end) >= 0
  }

  async #begin(): Promise<ActiveSegment> {
    const { files, lane, priority, boot, clock, syncs } = this.settings
    if (syncs) await this.#active?.sync()
    await this.#active?.close()
    this.#active = undefined
    const number = this.end.offset === 0 ? this.end.segment : this.end.segment + 1
    const header = { boot: boot.id, wall: clock.now(), uptime: boot.uptime() }
    this.#active = await ActiveSegment.begin(files, priority, lane, number, header)
    this.isNew = true
    return this.#active
  }

  #needsSegment(bytes: number): boolean {
    const size = this.#active?.size
    return size === undefined || (size + bytes > this.settings.segmentSize && size > SEGMENT_HEADER)
  }

  #isActive({ number }: Segment): boolean {
    return number === this.#active?.number
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
