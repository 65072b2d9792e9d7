import type { Clock } from '../../model/index.js'

/** The memory of one part, for one signal or for itself. */
export interface SnapshotRecord {
  /** The part's `name@version`. */
  readonly part: string
  /** The signal's identity; empty for a part that has one memory. */
  readonly key: string
  readonly state: unknown
  /** Milliseconds of running time for which nobody has asked for it since the restart. @defaultValue 0: it is in use */
  readonly waited?: number
}

/** What a snapshot is written or read with. */
export interface SnapshotFrame {
  readonly service: string
  readonly clock: Clock
  /** The largest snapshot, in bytes. @defaultValue 256 MiB */
  readonly maxBytes?: number
}

/** Why a snapshot is refused. */
export type SnapshotFlaw = 'too large' | 'foreign' | 'future' | 'truncated' | 'corrupt'

export const MAGIC = '{"format":"pi-uptime-snapshot","version":'
export const VERSION = 1
export const TRAILER: RegExp = /^\{"records":(\d{1,7}),"time":(-?\d[\d.e+-]{0,30}),"sha256":"([0-9a-f]{64})"\}\n$/
/** Room for the last line. */
export const LONGEST_TRAILER = 192
/** The last line's digits, quote, brace and end: all that the digest does not cover. */
export const AFTER_DIGEST = 67

export const MOST_BYTES: number = 2 ** 28
export const MOST_RECORDS = 1_000_000
/** Milliseconds of work between two looks at the event loop. */
export const SLICE = 1
/** Bytes that are hashed, or copied, in one step. */
export const STEP: number = 2 ** 16
