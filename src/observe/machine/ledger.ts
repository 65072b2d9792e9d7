import { Tally } from './tally.js'

/** A tally for each pair of names, up to a number of them; those that are not called any more go. */
export class Ledger {
  /** Calls that found no room, in total. */
  refused = 0
  readonly #tallies = new Map<string, Map<string, Tally>>()
  #size = 0

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#size
  }

  /** O(1); no string is put together. `undefined` when there is no room. */
  of(first: string, second: string): Tally | undefined {
    const known = this.#tallies.get(first)?.get(second)
    if (known) return known
    if (this.#size >= this.most) {
      this.refused++
      return undefined
    }
    const tally = new Tally()
    const seconds = this.#tallies.get(first) ?? new Map<string, Tally>()
    this.#tallies.set(first, seconds.set(second, tally))
    this.#size++
    return tally
  }

  /** Makes none. */
  find(first: string, second: string): Tally | undefined {
    return this.#tallies.get(first)?.get(second)
  }

  *[Symbol.iterator](): Generator<readonly [string, string, Tally]> {
    for (const [first, seconds] of this.#tallies) for (const [second, tally] of seconds) yield [first, second, tally]
  }

  /** Forgets those that were last called before a time. */
  forget(before: number): void {
    for (const [first, seconds] of this.#tallies) {
      for (const [second, { seenAt }] of seconds) if (seenAt < before && seconds.delete(second)) this.#size--
      if (seconds.size === 0) this.#tallies.delete(first)
    }
  }
}
