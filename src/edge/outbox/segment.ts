import { checksum } from './checksum.js'
import { FRAME_HEADER, FRAME_MAGIC, type Frame, frameAt } from './frame.js'

/** `PUS1` */
const SEGMENT_MAGIC = 0x31535550
export const SEGMENT_HEADER = 48
const VERSION = 1
const SUMMED = 44

/** What a segment says of itself. */
export interface SegmentHeader {
  /** 32 hex digits. */
  readonly boot: string
  readonly wall: number
  readonly uptime: number
}

export function segmentHeaderBytes({ boot, wall, uptime }: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, SEGMENT_MAGIC, true)
  view.setUint32(4, VERSION, true)
  for (let i = 0; i < 16; i++) bytes[8 + i] = Number.parseInt(boot.slice(2 * i, 2 * i + 2), 16)
  view.setFloat64(24, wall, true)
  view.setFloat64(32, uptime, true)
  view.setUint32(SUMMED, checksum(bytes.subarray(0, SUMMED)), true)
  return bytes
}

/** A segment's header; `'damaged'` when it is, `'unknown'` when it is of another version. */
export function segmentHeaderOf(bytes: Uint8Array): SegmentHeader | 'damaged' | 'unknown' {
  if (bytes.byteLength < SEGMENT_HEADER) return 'damaged'
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER)
  const whole = view.getUint32(SUMMED, true) === checksum(bytes.subarray(0, SUMMED))
  if (view.getUint32(0, true) !== SEGMENT_MAGIC || !whole) return 'damaged'
  if (view.getUint32(4, true) !== VERSION) return 'unknown'
  const boot = Array.from(bytes.subarray(8, 24), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { boot, wall: view.getFloat64(24, true), uptime: view.getFloat64(32, true) }
}

/** A frame, and where in its segment it begins and ends. */
export interface Found {
  readonly frame: Frame
  readonly from: number
  readonly to: number
}

/** What stands in a segment. */
export interface Contents {
  readonly found: readonly Found[]
  /** Bytes before a valid frame that belong to none. */
  readonly damaged: number
  /** Bytes after the last valid frame. */
  readonly torn: number
}

/** What a segment holds, and what it says of itself where that can be read. */
export interface SegmentContents extends Contents {
  readonly header: SegmentHeader | undefined
}

/** Of a segment that is not there. */
export const NOTHING: SegmentContents = Object.freeze({ found: [], damaged: 0, torn: 0, header: undefined })

/**
 * The intact frames of a segment, in order. Never throws; O(n) on intact bytes.
 *
 * @param base - the offset in the segment at which `bytes` begins: 0, or the end of a frame.
 */
export function contentsOf(bytes: Uint8Array, lane: string, segment: number, base: number): Contents {
  const found: Found[] = []
  let damaged = 0
  let at = base === 0 && typeof segmentHeaderOf(bytes) === 'object' ? SEGMENT_HEADER : 0
  let end = at
  while (at < bytes.byteLength) {
    const frame = frameAt(bytes, at, lane, segment, base)
    if (frame) {
      damaged += at - end
      end = at + FRAME_HEADER + frame.payload.byteLength
      found.push({ frame, from: base + at, to: base + end })
      at = end
    } else at = nextMagic(bytes, at + 1)
  }
  return { found, damaged, torn: bytes.byteLength - end }
}

/** Where `PUF1` comes next; the end when it does not. */
function nextMagic(bytes: Uint8Array, from: number): number {
  const first = FRAME_MAGIC & 255
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + 4 > bytes.byteLength) break
    if (view.getUint32(at, true) === FRAME_MAGIC) return at
  }
  return bytes.byteLength
}
