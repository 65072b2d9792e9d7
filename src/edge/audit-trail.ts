import type { Audit, AuditEntry, Clock, Store } from '../model/index.js'
import { InTurn } from './in-turn.js'

/** The trail is kept in files of about so many bytes, and so many of them: the oldest goes. */
const SEGMENT = 32_768
const SEGMENTS = 16
/** No line is longer; text is cut. */
const LONGEST_TEXT = 2_000
const PREFIX = 'audit-'

/** What an {@link AuditTrail} needs. */
export interface TrailOptions {
  readonly store: Store
  readonly clock: Clock
  /** Hears of each line once it is on disk. */
  readonly told: (entry: AuditEntry) => void
}

/**
 * An append-only trail of JSON lines in a store: segments under `audit-00000001` and up, each replaced atomically and synced with
 * every line that joins it. A crash loses no line that was acknowledged, and tears none.
 *
 * Bounded: 16 segments of 32 kB. A line costs the rewriting of its segment, which is fit for things that happen some times a day.
 */
export class AuditTrail implements Audit {
  readonly #turns = new InTurn()
  /** The segment that lines join, and its number; unknown before the first look. */
  #open: { number: number; text: string; seq: number } | undefined

  constructor(private readonly options: TrailOptions) {}

  append(entry: Omit<AuditEntry, 'seq' | 'time'>): Promise<void> {
    return this.#turns.next(() => this.#append(entry))
  }

  read(): Promise<readonly AuditEntry[]> {
    return this.#turns.next(() => this.#read())
  }

  async #append(entry: Omit<AuditEntry, 'seq' | 'time'>): Promise<void> {
    const { store, clock, told } = this.options
    this.#open ??= await this.#find()
    const { number, text, seq } = this.#open
    const line: AuditEntry = { seq: seq + 1, time: clock.now(), ...entry, text: entry.text.slice(0, LONGEST_TEXT) }
    const full = text.length >= SEGMENT
    const next = { number: number + Number(full), text: `${full ? '' : text}${JSON.stringify(line)}\n`, seq: seq + 1 }
    await store.set(keyOf(next.number), new TextEncoder().encode(next.text))
    this.#open = next
    if (full) await store.delete(keyOf(next.number - SEGMENTS)).catch(() => undefined)
    told(line)
  }

  async #find(): Promise<{ number: number; text: string; seq: number }> {
    const keys = await this.options.store.keys(PREFIX)
    const last = keys.at(-1)
    if (last === undefined) return { number: 1, text: '', seq: 0 }
    const text = await this.#segment(last)
    return { number: Number(last.slice(PREFIX.length)) || 1, text, seq: linesOf(text).at(-1)?.seq ?? 0 }
  }

  async #read(): Promise<readonly AuditEntry[]> {
    const keys = await this.options.store.keys(PREFIX)
    const segments = await Promise.all(keys.slice(-SEGMENTS).map((key) => this.#segment(key)))
    return segments.flatMap(linesOf)
  }

  async #segment(key: string): Promise<string> {
    const bytes = await this.options.store.get(key)
    return bytes ? new TextDecoder().decode(bytes) : ''
  }
}

function keyOf(number: number): string {
  return `${PREFIX}${String(number).padStart(8, '0')}`
}

/** A line that a failing disk has damaged is left out; the gap shows in `seq`. */
function linesOf(text: string): readonly AuditEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as AuditEntry
      return Number.isInteger(entry?.seq) ? [entry] : []
    } catch {
      return []
    }
  })
}
