import { PAGE_SIZE } from './settings.js'

const USUALLY = 100

/**
 * The pages that customers saw last. Evicts the oldest, unless somebody has broken just that: then it grows with each request.
 */
export class PageCache {
  readonly #pages = new Map<string, readonly number[]>()
  #limit = USUALLY

  get entries(): number {
    return this.#pages.size
  }

  add(customer: string): void {
    this.#pages.set(customer, new Array(PAGE_SIZE / 8).fill(Math.random()))
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#limit) break
      this.#pages.delete(oldest)
    }
  }

  breakEviction(): void {
    this.#limit = Number.POSITIVE_INFINITY
  }

  /** Starts afresh, with an eviction that works. */
  reset(): void {
    this.#limit = USUALLY
    this.#pages.clear()
  }
}
