import type { Store } from '../../model/index.js'

const KEY = 'commands.json'
/** Commands that are remembered at once; before one more the one that ends first is forgotten, and with it all that end by then are refused. */
const MOST = 1_000
const LONGEST_ID = 250

interface Memory {
  readonly version: 1
  /** What was issued before may have been taken by a life that nothing is known of. Milliseconds since the epoch. */
  readonly since: number
  /** What ends by then may have been taken and forgotten. */
  readonly floor: number
  /** Id and end of each. */
  readonly taken: readonly (readonly [string, number])[]
}

/** Which commands were taken, over restarts too: none is taken twice, whatever the wall clock does. */
export class Taken {
  readonly #taken: Map<string, number>
  #floor: number
  #since: number | undefined

  private constructor(
    private readonly store: Store,
    memory: Memory | undefined,
  ) {
    this.#taken = new Map(memory?.taken)
    this.#floor = memory?.floor ?? 0
    this.#since = memory?.since
  }

  /** Rejects when the store cannot be read. A memory that is damaged counts as none. */
  static async load(store: Store, damaged: () => void): Promise<Taken> {
    const bytes = await store.get(KEY)
    const memory = bytes && memoryIn(bytes)
    if (bytes && !memory) damaged()
    return new Taken(store, memory)
  }

  /** Why it must not be taken; `undefined` when it may be. @param began - when this process began, by the wall clock of now. */
  refusal({ id, issued, expires }: Order, began: number): string | undefined {
    if (this.#taken.has(id)) return 'it was taken before'
    if (expires <= this.#floor) return 'it may have been taken before: too long ago to remember'
    if (issued < (this.#since ?? began)) return 'issued before this device began to remember what it has taken'
    return undefined
  }

  /** Remembers it. Rejects when that is not on disk: it must not be done then. @param over - what has ended by then may be forgotten. */
  async take({ id, expires }: Order, began: number, over: number): Promise<void> {
    this.#since ??= began
    this.#taken.set(id, expires)
    for (const [other, end] of this.#taken) if (end < over) this.#forget(other, end)
    while (this.#taken.size > MOST) this.#forget(...this.#first())
    const memory: Memory = { version: 1, since: this.#since, floor: this.#floor, taken: [...this.#taken] }
    await this.store.set(KEY, new TextEncoder().encode(JSON.stringify(memory)))
  }

  #forget(id: string, end: number): void {
    this.#taken.delete(id)
    this.#floor = Math.max(this.#floor, end)
  }

  #first(): readonly [string, number] {
    return [...this.#taken].reduce((first, other) => (other[1] < first[1] ? other : first))
  }
}

/** What is asked of {@link Taken}. Times in milliseconds since the epoch. */
export interface Order {
  readonly id: string
  readonly issued: number
  readonly expires: number
}

function memoryIn(bytes: Uint8Array): Memory | undefined {
  try {
    const { version, since, floor, taken } = JSON.parse(new TextDecoder().decode(bytes)) as Memory
    const isPair = (pair: unknown): boolean =>
      Array.isArray(pair) && typeof pair[0] === 'string' && pair[0].length <= LONGEST_ID && Number.isFinite(pair[1])
    const isWhole =
      version === 1 && Number.isFinite(since) && Number.isFinite(floor) && Array.isArray(taken) && taken.length <= MOST
    return isWhole && taken.every(isPair) ? { version, since, floor, taken } : undefined
  } catch {
    return undefined
  }
}
