/** Why records were dropped. */
export type DropReason =
  /** The directory's limit. */
  | 'limit'
  /** The disk was unwritable, and memory full. */
  | 'memory'
  /** Older than what is still worth sending. */
  | 'age'
  /** Larger than a frame can be. */
  | 'size'
  /** What it was sent with is gone: it cannot be decoded. */
  | 'unreadable'

/** Counts of one lane since the start, in records: points, log records, spans, alerts. */
export interface LaneStatus {
  readonly name: string
  /** Not yet sent, dropped or given up; those of former runs too, as soon as they have been counted. */
  readonly waiting: number
  readonly accepted: number
  readonly delivered: number
  /** Refused by the receiver, which takes them neither now nor later. */
  readonly rejected: number
  readonly dropped: Readonly<Record<DropReason, number>>
  /** Tries that failed and are made again. */
  readonly retries: number
  /** Bytes on disk that belonged to no intact frame, and of writes that a crash has cut short. */
  readonly damaged: number
  readonly torn: number
  /** Whether the last try failed. */
  readonly down: boolean
}

/** The counts, as they are kept. */
export class Tally {
  accepted = 0
  delivered = 0
  rejected = 0
  retries = 0
  down = false
  readonly dropped: Record<DropReason, number> = { limit: 0, memory: 0, age: 0, size: 0, unreadable: 0 }
  /** Below zero while something is sent of what has not been counted yet. */
  #waiting = 0

  get waiting(): number {
    return Math.max(this.#waiting, 0)
  }

  /** A former run has left so many. */
  left(records: number): void {
    this.#waiting += records
  }

  accept(records: number): void {
    this.accepted += records
    this.#waiting += records
  }

  /** They have left: sent, but for so many that the receiver has refused. */
  sent(records: number, rejected: number): void {
    const refused = Math.min(Math.max(rejected, 0), records)
    this.#waiting -= records
    this.rejected += refused
    this.delivered += records - refused
  }

  drop(records: number, reason: DropReason): void {
    this.#waiting -= records
    this.dropped[reason] += records
  }
}
