import { PAGE_SIZE, PRODUCTS } from './settings.js'

/**
 * Rendered pages, one for each product: some dozens, so nobody thought of a limit. With personal pages there is one for each
 * product and customer, and the cache grows with each request.
 */
export class PageCache {
  readonly #pages = new Map<string, readonly number[]>()
  #personal = false

  constructor() {
    for (let product = 0; product < PRODUCTS; product++) this.page(`${product}`, 'nobody')
  }

  get entries(): number {
    return this.#pages.size
  }

  page(product: string, customer: string): readonly number[] {
    const key = this.#personal ? `${product} for ${customer}` : product
    const page = this.#pages.get(key) ?? new Array(PAGE_SIZE / 8).fill(Math.random())
    this.#pages.set(key, page)
    return page
  }

  /** The feature flag. */
  personalPages(on: boolean): void {
    this.#personal = on
  }

  clear(): void {
    this.#pages.clear()
  }
}
