import type { Hash } from 'node:crypto'
import { messageOf } from '../../model/index.js'
import { Slices } from './slices.js'
import {
  LONGEST_TRAILER,
  MOST_BYTES,
  MOST_RECORDS,
  SLICE,
  type SnapshotFrame,
  type SnapshotRecord,
  STEP,
  VERSION,
} from './snapshot-format.js'
import { textOf } from './snapshot-value.js'

/** The largest memory, in characters of its text. */
const LARGEST = 2 ** 22
/** Parts whose refused memories are told apart. */
const MOST_REASONS = 20

/** Memories of one part that were left out, and why the first of them was. */
export interface Refusal {
  count: number
  readonly reason: string
}

/** A snapshot as bytes. */
export interface Encoded {
  readonly bytes: Uint8Array
  /** Memories written. */
  readonly records: number
  /** Memories left out, by part. */
  readonly refused: ReadonlyMap<string, Refusal>
}

/**
 * The snapshot of all `records`, in the format of docs/snapshot-format.md. Rests about every millisecond; each memory is
 * written in one piece. Holds at most twice the snapshot. Rejects only when `records` or `time` throw.
 *
 * @param time - asked at the end: the latest time that any memory can have seen.
 */
export async function encodeSnapshot(
  records: Iterable<SnapshotRecord>,
  time: () => number,
  { service, clock, maxBytes = MOST_BYTES }: SnapshotFrame,
): Promise<Encoded> {
  const slices = new Slices(clock, SLICE)
  const scroll = new Scroll(maxBytes - LONGEST_TRAILER)
  const refused = new Map<string, Refusal>()
  scroll.add(
    `${JSON.stringify({ format: 'pi-uptime-snapshot', version: VERSION, service, byteOrder: process.getBuiltinModule('node:os').endianness() })}\n`,
  )
  let count = 0
  for (const record of records) {
    const reason = count < MOST_RECORDS ? write(scroll, record) : 'does not fit into the snapshot any more'
    if (reason === undefined) count++
    else refuse(refused, record.part, reason)
    if (slices.due) await slices.rest()
  }
  const bytes = await scroll.sealed(`{"records":${count},"time":${finite(time())},"sha256":"`, slices)
  return { bytes, records: count, refused }
}

/** Adds one line, or says why it cannot. */
function write(scroll: Scroll, { part, key, state, waited = 0 }: SnapshotRecord): string | undefined {
  try {
    const text = textOf(waited > 0 ? [part, key, state, waited] : [part, key, state], LARGEST)
    return scroll.add(`${text}\n`) ? undefined : 'does not fit into the snapshot any more'
  } catch (error) {
    return messageOf(error)
  }
}

function refuse(refused: Map<string, Refusal>, part: string, reason: string): void {
  const name = refused.has(part) || refused.size < MOST_REASONS ? part : 'other parts'
  const known = refused.get(name)
  if (known) known.count++
  else refused.set(name, { count: 1, reason })
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}

/** Text that grows, hashed as it comes. */
class Scroll {
  #size = 0
  #piece: Buffer = Buffer.allocUnsafeSlow(STEP)
  #used = 0
  readonly #full: Buffer[] = []
  readonly #hash: Hash = process.getBuiltinModule('node:crypto').createHash('sha256') // when it is needed: loading it costs much

  constructor(private readonly most: number) {}

  /** False when there is no room for it. */
  add(text: string): boolean {
    const length = Buffer.byteLength(text)
    if (this.#size + length > this.most) return false
    this.#append(text, length)
    return true
  }

  /** The whole, with its last line and digest. */
  async sealed(trailer: string, slices: Slices): Promise<Uint8Array> {
    this.#append(trailer, trailer.length)
    this.#turn(0)
    const end = Buffer.from(`${this.#hash.digest('hex')}"}\n`)
    const whole = Buffer.allocUnsafeSlow(this.#size + end.length)
    let at = 0
    for (const piece of this.#full) {
      at += piece.copy(whole, at)
      if (slices.due) await slices.rest()
    }
    end.copy(whole, at)
    return whole
  }

  #append(text: string, length: number): void {
    if (this.#used + length > this.#piece.length) this.#turn(length)
    this.#used += this.#piece.write(text, this.#used, length === text.length ? 'latin1' : 'utf8')
    this.#size += length
  }

  /** Puts the full piece away and takes a new one. */
  #turn(room: number): void {
    const piece = this.#piece.subarray(0, this.#used)
    this.#hash.update(piece)
    this.#full.push(piece)
    this.#piece = Buffer.allocUnsafeSlow(Math.max(STEP, room))
    this.#used = 0
  }
}
