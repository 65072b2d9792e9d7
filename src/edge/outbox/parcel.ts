import type { Frame } from './frame.js'
import type { Place, Range } from './place.js'

/** What became of something that was handed to an outbox: on disk, in memory because the disk is unwritable, sent before it was written, or dropped. */
export type Acceptance = 'written' | 'memory' | 'sent' | 'dropped'

/** A payload to be kept until it is sent. */
export interface Posted {
  readonly payload: Uint8Array
  readonly compressed: boolean
  readonly records: number
}

/** A frame that has come during this run and is still known in memory. */
export interface Parcel {
  readonly frame: Frame
  /** Where it was written, and where the frame before it ends; unset before that, and again when a sync has failed. */
  written?: { readonly range: Range; readonly after: Place } | undefined
  /** Safe from a power cut. */
  synced: boolean
  /** Sent, or given up. */
  settled: boolean
  /** Told once what has become of it. */
  readonly accept: (how: Acceptance) => void
}

/** What is to be sent next. */
export interface Batch {
  readonly frame: Frame
  /** How old it is at least, in milliseconds, by monotonic time. */
  readonly age: number
  /** Whether it may be older: it is of an earlier boot, and nobody measured the time in between. */
  readonly isOlder: boolean
  /** Whether it comes from what was left behind, rather than from now. */
  readonly backlog: boolean
}
