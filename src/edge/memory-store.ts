import { checkOptions, integerIn, type Store } from '../model/index.js'
import { checkedBytes, checkedKey } from './store-key.js'

/** How a {@link memoryStore} is limited. */
export interface MemoryStoreOptions {
  /** The bytes of all values together; past it `set` rejects. From 1 to 2³¹. @defaultValue 256 MiB */
  readonly maxBytes?: number
}

/**
 * A store that forgets everything when the process ends: for tests, and where there is no disk.
 *
 * Keeps copies, so that bytes changed afterwards change nothing here. O(1), but `keys` is O(n log n).
 *
 * @throws ConfigError when `maxBytes` is out of range.
 * @example
 * createMonitor({ service: 'checkout', store: memoryStore() })
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  checkOptions('memoryStore', options, ['maxBytes'])
  return new MemoryStore(integerIn('memoryStore.maxBytes', options.maxBytes ?? 2 ** 28, 1, 2 ** 31))
}

class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()
  #size = 0

  constructor(private readonly maxBytes: number) {}

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(checkedKey(key))?.slice()
  }

  async set(key: string, bytes: Uint8Array): Promise<void> {
    const room = this.maxBytes - this.#size + this.#sizeOf(checkedKey(key))
    const copy = Uint8Array.from(checkedBytes(key, bytes, room))
    this.#forget(key)
    this.#values.set(key, copy)
    this.#size += copy.byteLength
  }

  async delete(key: string): Promise<void> {
    this.#forget(checkedKey(key))
  }

  async keys(prefix: string): Promise<readonly string[]> {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  #forget(key: string): void {
    this.#size -= this.#sizeOf(key)
    this.#values.delete(key)
  }

  #sizeOf(key: string): number {
    return this.#values.get(key)?.byteLength ?? 0
  }
}
