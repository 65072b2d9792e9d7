import type { AttributeValue, Signal } from '../../model/index.js'
import type { Series } from './series.js'

/**
 * Series by name and attributes, in any order of the attributes. Keeps a 32-bit hash a series and no key strings, so that
 * a signal costs some 40 bytes here. O(1).
 */
export class SeriesIndex implements Iterable<Series> {
  size = 0
  readonly #byHash = new Map<number, Series | Series[]>()

  find(signal: Signal): Series | undefined {
    const found = this.#byHash.get(hashOf(signal))
    if (!Array.isArray(found)) return found && same(found.signal, signal) ? found : undefined
    return found.find((series) => same(series.signal, signal))
  }

  add(series: Series): void {
    const hash = hashOf(series.signal)
    const there = this.#byHash.get(hash)
    this.#byHash.set(hash, there === undefined ? series : [there, series].flat())
    this.size++
  }

  remove(series: Series): void {
    const hash = hashOf(series.signal)
    const there = this.#byHash.get(hash)
    const left = Array.isArray(there) ? there.filter((other) => other !== series) : []
    if (left.length > 0) this.#byHash.set(hash, left.length === 1 ? (left[0] as Series) : left)
    else this.#byHash.delete(hash)
    this.size--
  }

  *[Symbol.iterator](): Iterator<Series> {
    for (const found of this.#byHash.values()) {
      if (Array.isArray(found)) yield* found
      else yield found
    }
  }
}

function same(a: Signal, b: Signal): boolean {
  if (a.name !== b.name) return false
  if (a.attributes === b.attributes) return true
  let count = 0
  for (const key in a.attributes) {
    if (a.attributes[key] !== b.attributes[key]) return false
    count++
  }
  for (const _ in b.attributes) count--
  return count === 0
}

function hashOf(signal: Signal): number {
  let sum = textHash(signal.name, 0x811c9dc5)
  for (const key in signal.attributes) sum = (sum + pairHash(key, signal.attributes[key] as AttributeValue)) | 0
  return sum
}

function pairHash(key: string, value: AttributeValue): number {
  return textHash(typeof value === 'string' ? value : String(value), textHash(key, 0x9747b28c))
}

/** FNV-1a over UTF-16 units. */
function textHash(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}
