/**
 * Prices as the pricing service says; while the circuit is open, as it said last.
 */
export class Prices {
  readonly #last = new Map<string, number>()
  #circuit: 'closed' | 'open' = 'closed'

  constructor(private readonly url: string) {}

  async of(product: string): Promise<number> {
    const last = this.#last.get(product)
    if (this.#circuit === 'open' && last !== undefined) return last
    const price = await this.ask(product)
    this.#last.set(product, price)
    return price
  }

  async ask(product: string, abort?: AbortSignal): Promise<number> {
    const answer = await fetch(`${this.url}/price/${product}`, { signal: abort ?? AbortSignal.timeout(4_000) })
    return ((await answer.json()) as { price: number }).price
  }

  /** From now on nobody waits for the pricing service. */
  openCircuit(): void {
    this.#circuit = 'open'
  }

  closeCircuit(): void {
    this.#circuit = 'closed'
  }
}
