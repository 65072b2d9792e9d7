import type { Clock } from '../../model/index.js'
import type { SnapshotRecord } from './snapshot-format.js'

const WEEK = 7 * 864e5
/** Memories kept that were waiting already when the process began. */
const MOST_OLD = 100_000

/**
 * Restored memories whose part or signal has not come yet. They wait by running time, not by the calendar: a board that
 * was switched off for a month, or believes it is 1970, loses nothing.
 */
export class WaitingStates {
  /** Given up: nobody asked in time, or too many waited. */
  expired = 0
  readonly #states = new Map<string, SnapshotRecord>()
  readonly #began: number

  /** @param keep - how long a memory waits, in milliseconds of running time. */
  constructor(
    private readonly clock: Clock,
    private readonly keep: number = WEEK,
    records: readonly SnapshotRecord[] = [],
  ) {
    this.#began = clock.elapsed()
    let tooMany = records.filter(isOld).length - MOST_OLD
    for (const record of records) {
      if (isOld(record) && tooMany-- > 0) this.expired++
      else this.#states.set(idOf(record.part, record.key), record)
    }
  }

  get size(): number {
    return this.#states.size
  }

  /** A memory, taken out. */
  take(part: string, key: string): unknown {
    if (this.#states.size === 0) return undefined
    const id = idOf(part, key)
    const state = this.#states.get(id)?.state
    this.#states.delete(id)
    return state
  }

  /** Those that still wait, for the next snapshot; the others are given up. Walk it as slowly as you like. */
  *records(): Generator<SnapshotRecord> {
    for (const [id, record] of this.#states) {
      const waited = (record.waited ?? 0) + Math.max(1, Math.round(this.clock.elapsed() - this.#began))
      if (waited <= this.keep) yield { ...record, waited }
      else {
        this.#states.delete(id)
        this.expired++
      }
    }
  }
}

function isOld({ waited = 0 }: SnapshotRecord): boolean {
  return waited > 0
}

/** No part and key make the same text as others do. */
function idOf(part: string, key: string): string {
  return `${part.length}:${part}${key}`
}
