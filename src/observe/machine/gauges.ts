import type { AttributeValue, Emit, Signal } from '../../model/index.js'
import type { SignalRow } from '../../model/signals/row.js'

/** Series and counters that one source may have; more are left out. */
const MOST = 2_000
/** What was not heard of for so long, in milliseconds, is forgotten: its device has gone. */
const FORGOTTEN = 3_600_000

/** The value of an attribute; `undefined` leaves it out. */
type Label = AttributeValue | undefined

/**
 * Observes signals of the table for one source: keeps the `Signal` object of each series, and turns counters into rates over
 * the time since they were last read. A counter that has gone back was reset: that window is left out.
 */
export class Gauges {
  readonly #signals = new Map<string, Signal>()
  readonly #counters = new Map<string, { total: number; at: number }>()
  #now = 0
  #swept = 0

  constructor(private readonly emit: Emit) {}

  /** A pass begins, at so many milliseconds of monotonic time. */
  begin(now: number): void {
    this.#now = now
    if (now - this.#swept < FORGOTTEN) return
    this.#swept = now
    this.#signals.clear() // those that are still there are made again
    for (const [key, { at }] of this.#counters) if (now - at > FORGOTTEN) this.#counters.delete(key)
  }

  /** Observes a value; labels are in the order of the row's attributes. What is no finite number is left out. */
  gauge(row: SignalRow, value: number | undefined, ...labels: readonly Label[]): void {
    if (value === undefined || !Number.isFinite(value)) return
    const key = keyOf(row, labels)
    let signal = this.#signals.get(key)
    if (!signal) {
      if (this.#signals.size >= MOST) return
      signal = { name: row.name, unit: row.unit, attributes: attributesOf(row, labels) }
      this.#signals.set(key, signal)
    }
    this.emit(signal, value)
  }

  /** Observes by how much a counter rises a second. @returns that; NaN when it is not known */
  rate(row: SignalRow, total: number | undefined, ...labels: readonly Label[]): number {
    const rate = this.perSecond(keyOf(row, labels), total)
    this.gauge(row, rate, ...labels)
    return rate
  }

  /** By how much a counter of that name rises a second; NaN when that is not known. Observes nothing. */
  perSecond(counter: string, total: number | undefined): number {
    const since = this.#counters.get(counter)?.at ?? this.#now
    return this.rise(counter, total) / ((this.#now - since) / 1000)
  }

  /** By how much a counter of that name has risen since it was last asked for; NaN when that is not known. */
  rise(counter: string, total: number | undefined): number {
    if (total === undefined) return Number.NaN
    const known = this.#counters.get(counter)
    if (!known) {
      if (this.#counters.size < MOST) this.#counters.set(counter, { total, at: this.#now })
      return Number.NaN
    }
    const rise = total >= known.total ? total - known.total : Number.NaN
    known.total = total
    known.at = this.#now
    return rise
  }
}

function keyOf(row: SignalRow, labels: readonly Label[]): string {
  return labels.length === 0 ? row.name : `${row.name}\n${labels.join('\n')}`
}

function attributesOf({ attributes }: SignalRow, labels: readonly Label[]): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {}
  attributes.forEach((key, i) => {
    const label = labels[i]
    if (label !== undefined) found[key.replace(/[[\]]/g, '')] = label
  })
  return found
}
