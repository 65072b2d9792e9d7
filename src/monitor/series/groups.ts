import type { Signal, Watcher } from '../../model/index.js'
import type { Guard } from '../guard.js'

/** The one memory of all series of a watcher's group. */
interface Group {
  readonly part: string
  readonly key: string
  readonly state: object
  /** Series that have it. */
  members: number
}

/**
 * The memories that series share: one for each group of each watcher that has groups. Kept while a series has it.
 */
export class Groups {
  readonly #byKey = new Map<string, Group>()
  readonly #byState = new Map<unknown, Group>()

  constructor(private readonly guard: Guard) {}

  /**
   * The memory that a watcher's series has: its group's, or one of its own.
   *
   * @param begin - the memory of that key, restored or new. One that is no object cannot be shared: each series has its own.
   */
  join(watcher: Watcher, signal: Signal, own: string, begin: (key: string) => unknown): unknown {
    const group = watcher.group && this.guard.run(watcher.name, () => watcher.group?.(signal), undefined)
    if (typeof group !== 'string') return begin(own)
    const key = `group:${group.slice(0, LONGEST)}`
    const id = `${watcher.name}\n${key}`
    const known = this.#byKey.get(id)
    if (known) {
      known.members++
      return known.state
    }
    const state = begin(key)
    if (typeof state !== 'object' || state === null) return state
    const fresh: Group = { part: watcher.name, key, state, members: 1 }
    this.#byKey.set(id, fresh)
    this.#byState.set(state, fresh)
    return state
  }

  /** A series has this memory no more. */
  leave(state: unknown): void {
    const group = this.#byState.get(state)
    if (!group || --group.members > 0) return
    this.#byState.delete(state)
    this.#byKey.delete(`${group.part}\n${group.key}`)
  }

  /** Whether it is a group's. */
  has(state: unknown): boolean {
    return this.#byState.has(state)
  }

  /** Every group's memory, once. */
  [Symbol.iterator](): Iterator<{ readonly part: string; readonly key: string; readonly state: unknown }> {
    return this.#byKey.values()
  }
}

const LONGEST = 255
