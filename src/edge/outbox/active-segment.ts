import type { FileSystem } from '../file-system.js'
import { type Files, segmentName } from './files.js'
import { FRAME_HEADER, frameBytes } from './frame.js'
import type { Parcel } from './parcel.js'
import { SEGMENT_HEADER, type SegmentHeader, segmentHeaderBytes } from './segment.js'

type Handle = Awaited<ReturnType<FileSystem['open']>>

/** Bytes that a parcel's frame takes. */
export function sizeOf({ frame }: Parcel): number {
  return FRAME_HEADER + frame.payload.byteLength
}

/** The segment that is being written. */
export class ActiveSegment {
  /** Up to where it is written whole; its header comes with the first frames. */
  size: number = SEGMENT_HEADER
  #isDirty = false

  private constructor(
    private readonly files: Files,
    private readonly handle: Handle,
    private readonly lane: string,
    readonly number: number,
    readonly name: string,
    private readonly header: SegmentHeader,
  ) {}

  static async begin(
    files: Files,
    priority: number,
    lane: string,
    number: number,
    header: SegmentHeader,
  ): Promise<ActiveSegment> {
    const name = segmentName(priority, lane, number)
    return new ActiveSegment(files, await files.create(name), lane, number, name, header)
  }

  /** Writes frames behind what is there. @returns where each ends */
  async append(parcels: readonly Parcel[]): Promise<readonly number[]> {
    const isFirst = this.size === SEGMENT_HEADER
    const chunks: Uint8Array[] = isFirst ? [segmentHeaderBytes(this.header)] : []
    const ends: number[] = []
    let at = this.size
    for (const parcel of parcels) {
      chunks.push(...frameBytes(parcel.frame, this.lane, this.number, at))
      at += sizeOf(parcel)
      ends.push(at)
    }
    this.files.grown(this.name, at)
    this.#isDirty = true
    await writeAll(this.handle, chunks, isFirst ? 0 : this.size, at)
    this.size = at
    return ends
  }

  /** Makes what was written safe from a power cut. */
  async sync(): Promise<void> {
    if (this.#isDirty) await this.handle.datasync()
    this.#isDirty = false
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
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
