import type { AttributeValue, Signal } from '../../model/index.js'
import type { Series } from './series.js'

/** So many maps share the series: a map that grows beyond a power of two is rebuilt in one go, which takes 15 ms for 200,000. */
const MAPS = 64

/**
 * Series by name and attributes, in any order of the attributes. Keeps a 32-bit hash a series and no key strings, so that
 * a signal costs some 40 bytes here. O(1).
 */
export class SeriesIndex implements Iterable<Series> {
  size = 0
  readonly #maps: Map<number, Series | Series[]>[] = Array.from({ length: MAPS }, () => new Map())

  find(signal: Signal): Series | undefined {
    const hash = hashOf(signal)
    const found = this.#mapOf(hash).get(hash)
    if (!Array.isArray(found)) return found && same(found.signal, signal) ? found : undefined
    return found.find((series) => same(series.signal, signal))
  }

  add(series: Series): void {
    const hash = hashOf(series.signal)
    const byHash = this.#mapOf(hash)
    const there = byHash.get(hash)
    byHash.set(hash, there === undefined ? series : [there, series].flat())
    this.size++
  }

  remove(series: Series): void {
    const hash = hashOf(series.signal)
    const byHash = this.#mapOf(hash)
    const there = byHash.get(hash)
    const left = Array.isArray(there) ? there.filter((other) => other !== series) : []
    if (left.length > 0) byHash.set(hash, left.length === 1 ? (left[0] as Series) : left)
    else byHash.delete(hash)
    this.size--
  }

  *[Symbol.iterator](): Iterator<Series> {
    for (const byHash of this.#maps) {
      for (const found of byHash.values()) {
        if (Array.isArray(found)) yield* found
        else yield found
      }
    }
  }

  #mapOf(hash: number): Map<number, Series | Series[]> {
    return this.#maps[hash & (MAPS - 1)] as Map<number, Series | Series[]>
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
