import { checksum } from './checksum.js'

/** `PUF1` */
export const FRAME_MAGIC = 0x31465550
export const FRAME_HEADER = 36
/** The largest payload, in bytes. */
export const LARGEST_PAYLOAD: number = 4 * 2 ** 20
const COMPRESSED = 1

/** What a frame holds. See docs/outbox-format.md. */
export interface Frame {
  readonly payload: Uint8Array
  /** Points, log records, spans or alerts in it. */
  readonly records: number
  /** When it was accepted: wall time, and monotonic time since the boot. Milliseconds. */
  readonly wall: number
  readonly uptime: number
  readonly compressed: boolean
}

/** The bytes of a frame that begins at `offset` of a segment: header and payload. */
export function frameBytes(frame: Frame, lane: string, segment: number, offset: number): [Uint8Array, Uint8Array] {
  const header = new Uint8Array(FRAME_HEADER)
  const view = new DataView(header.buffer)
  view.setUint32(0, FRAME_MAGIC, true)
  view.setUint32(8, frame.payload.byteLength, true)
  view.setUint32(12, frame.records, true)
  view.setFloat64(16, frame.wall, true)
  view.setFloat64(24, frame.uptime, true)
  view.setUint32(32, frame.compressed ? COMPRESSED : 0, true)
  const ofHeader = checksum(header.subarray(8), ofPlace(lane, segment, offset))
  view.setUint32(4, checksum(frame.payload, ofHeader), true)
  return [header, frame.payload]
}

/**
 * The frame that begins at `at` of `bytes`; `undefined` when none does.
 *
 * @param base - the offset in the segment at which `bytes` begins.
 */
export function frameAt(bytes: Uint8Array, at: number, lane: string, segment: number, base: number): Frame | undefined {
  if (at + FRAME_HEADER > bytes.byteLength) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at)
  const length = view.getUint32(8, true)
  const end = FRAME_HEADER + length
  if (view.getUint32(0, true) !== FRAME_MAGIC || length > LARGEST_PAYLOAD || end > view.byteLength) return undefined
  const sum = checksum(bytes.subarray(at + 8, at + end), ofPlace(lane, segment, base + at))
  if (sum !== view.getUint32(4, true)) return undefined
  return {
    payload: bytes.subarray(at + FRAME_HEADER, at + end),
    records: view.getUint32(12, true),
    wall: view.getFloat64(16, true),
    uptime: view.getFloat64(24, true),
    compressed: (view.getUint32(32, true) & COMPRESSED) !== 0,
  }
}

/** A frame is valid only where it was written. */
function ofPlace(lane: string, segment: number, offset: number): number {
  const text = `${lane}/${segment}/${offset}`
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return checksum(bytes)
}
