import { type Context, messageOf } from '../../model/index.js'

const KEY = 'pi-record'
const MOST_EPISODES = 32
const MOST_CARDS = 4
/** An under-voltage that comes again so soon is the same, in milliseconds. */
const APART = 600_000
/** Changes that can wait are written so often. */
const SAVE_EVERY = 3_600_000
/** The pace of writing is that of so many days; what is older counts half. */
const PACE_DAYS = 30

/** What was written to one card. */
export interface Writing {
  /** Bytes since the record began. */
  total: number
  /** Bytes, and the seconds of running time in which they were written. */
  bytes: number
  seconds: number
  /** The counter of the kernel, and its uptime, when they were last read, and in which boot. */
  boot: string
  counter: number
  uptime: number
}

interface Notes {
  /** Begin and last sight of each under-voltage, in milliseconds since the epoch, oldest first. */
  underVoltage: [number, number][]
  cards: Record<string, Writing>
}

/**
 * What must outlive a reboot, in the monitor's store: under-voltages, since the reboot that they bring would erase them, and how
 * much was written to the card. A record that is damaged is begun anew, and counted.
 */
export class BoardRecord {
  #notes: Notes = { underVoltage: [], cards: {} }
  #saved = 0
  #changed = false

  constructor(private readonly context: Context) {}

  async load(): Promise<void> {
    try {
      const bytes = await this.context.store.get(KEY)
      if (bytes) this.#notes = notesIn(JSON.parse(new TextDecoder().decode(bytes)))
    } catch (error) {
      this.context.fault(new Error(`the record of the board is begun anew: ${messageOf(error)}`))
    }
    this.#saved = this.context.clock.elapsed()
  }

  /** An under-voltage is seen. A new one is on disk before anything else is done: the board may be about to go down. */
  async underVoltage(): Promise<void> {
    const now = this.context.clock.now()
    const last = this.#notes.underVoltage.at(-1)
    const same = last !== undefined && Math.abs(now - last[1]) < APART
    if (same) last[1] = now
    else this.#notes.underVoltage = [...this.#notes.underVoltage, [now, now] as [number, number]].slice(-MOST_EPISODES)
    this.#changed = true
    if (!same) await this.#save()
  }

  /** Seconds since the last under-voltage; `undefined` when none is on record. */
  get age(): number | undefined {
    const last = this.#notes.underVoltage.at(-1)
    return last && Math.max(0, this.context.clock.now() - last[1]) / 1000
  }

  episodes(days: number): number {
    const from = this.context.clock.now() - days * 864e5
    return this.#notes.underVoltage.filter(([, last]) => last >= from).length
  }

  /** Takes in the kernel's counter of bytes written, which begins with the boot; so does its uptime, in seconds. */
  written(card: string, boot: string, counter: number, uptime: number): Writing | undefined {
    const { cards } = this.#notes
    const fresh = { total: 0, bytes: 0, seconds: 0, boot: '', counter: 0, uptime: 0 }
    const known = Object.hasOwn(cards, card) ? cards[card] : undefined
    if (!known && Object.keys(cards).length >= MOST_CARDS) return undefined
    const writing = known ?? fresh
    const same = writing.boot === boot && counter >= writing.counter && uptime >= writing.uptime
    const bytes = same ? counter - writing.counter : counter
    const old = writing.seconds > 2 * PACE_DAYS * 86_400 ? 1 / 2 : 1
    writing.total += bytes
    writing.bytes = (writing.bytes + bytes) * old
    writing.seconds = (writing.seconds + uptime - (same ? writing.uptime : 0)) * old
    Object.assign(writing, { boot, counter, uptime })
    cards[card] = writing
    this.#changed = true
    return writing
  }

  /** Writes down what has changed, now and then. */
  async keep(): Promise<void> {
    if (this.#changed && this.context.clock.elapsed() - this.#saved > SAVE_EVERY) await this.#save()
  }

  /** The end: what has changed is written down. */
  async close(): Promise<void> {
    if (this.#changed) await this.#save()
  }

  async #save(): Promise<void> {
    this.#saved = this.context.clock.elapsed()
    this.#changed = false
    try {
      await this.context.store.set(KEY, new TextEncoder().encode(JSON.stringify(this.#notes)))
    } catch (error) {
      this.context.fault(error)
    }
  }
}

/** @throws Error when it is not a record of ours. */
function notesIn(value: unknown): Notes {
  const { underVoltage, cards } = value as Notes
  const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite)
  if (!Array.isArray(underVoltage) || !underVoltage.every(isPair)) throw new Error('not a list of under-voltages')
  const entries = Object.entries(cards).slice(0, MOST_CARDS)
  const numbers = ({ total, bytes, seconds, counter, uptime }: Writing): number[] => [
    total,
    bytes,
    seconds,
    counter,
    uptime,
  ]
  for (const [, card] of entries)
    if (typeof card.boot !== 'string' || !numbers(card).every((figure) => Number.isFinite(figure) && figure >= 0))
      throw new Error('not a record of writing')
  return { underVoltage: underVoltage.slice(-MOST_EPISODES), cards: Object.fromEntries(entries) }
}
