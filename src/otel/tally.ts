import type { Attributes } from '../model/index.js'

/** So many attribute sets are told apart; all further ones are counted together. */
const MOST = 500
const OTHER: Attributes = Object.freeze({ 'otel.metric.overflow': true })

/** Counts by attribute set: what an observable counter shows. Bounded, and independent of any provider that comes and goes. */
export class Tally {
  readonly #counts = new Map<string, { readonly attributes: Attributes; count: number }>()

  /** The attributes must always come in the same order. */
  add(attributes: Attributes, more = 1): void {
    this.#of(attributes).count += more
  }

  /** Sets every count to 0 and keeps the attribute sets, so that what is gone shows as 0. */
  clear(): void {
    for (const entry of this.#counts.values()) entry.count = 0
  }

  *[Symbol.iterator](): Generator<readonly [number, Attributes]> {
    for (const { attributes, count } of this.#counts.values()) yield [count, attributes]
  }

  #of(attributes: Attributes): { count: number } {
    const key = JSON.stringify(attributes)
    const known = this.#counts.get(key)
    if (known) return known
    const full = this.#counts.size >= MOST
    if (full && attributes !== OTHER) return this.#of(OTHER)
    const fresh = { attributes, count: 0 }
    this.#counts.set(key, fresh)
    return fresh
  }
}
