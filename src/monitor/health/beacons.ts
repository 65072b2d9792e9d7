import type { Clock } from '../../model/index.js'

/** Distinct names that are told apart; work under all further ones is waited for just the same, under {@link OTHER}. */
const MOST_NAMES = 1_000
const OTHER = 'other work'

/**
 * Work that must finish before a shutdown. Each piece lights a beacon and puts it out; the shutdown waits for the dark.
 *
 * Beacons of one name are counted, so a beacon a request costs one entry. O(1) to light and to put out.
 */
export class Beacons {
  readonly #lit = new Map<string, number>()
  readonly #waiting = new Set<AbortController>()

  /** Lights a beacon; the function that comes back puts it out, once. */
  light(name: string): () => void {
    const key = this.#lit.has(name) || this.#lit.size < MOST_NAMES ? name : OTHER
    this.#lit.set(key, (this.#lit.get(key) ?? 0) + 1)
    let burning = true
    return () => {
      if (burning) this.#putOut(key)
      burning = false
    }
  }

  /** Names of the beacons that are lit, in the order in which they were first lit. */
  lit(): readonly string[] {
    return [...this.#lit.keys()]
  }

  /** Waits until no beacon is lit, at most `deadline` milliseconds. Resolves with the names of those still lit. */
  async wait(deadline: number, clock: Clock): Promise<readonly string[]> {
    if (this.#lit.size === 0 || !(deadline > 0)) return this.lit()
    const dark = new AbortController()
    this.#waiting.add(dark)
    await clock.sleep(deadline, dark.signal)
    this.#waiting.delete(dark)
    return this.lit()
  }

  #putOut(key: string): void {
    const left = (this.#lit.get(key) ?? 1) - 1
    if (left > 0) this.#lit.set(key, left)
    else this.#lit.delete(key)
    if (this.#lit.size > 0) return
    for (const dark of this.#waiting) dark.abort()
  }
}
