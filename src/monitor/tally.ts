/** Counts by cause. The causes are ours, so there are few. */
export class Tally {
  readonly #counts: Record<string, number> = {}

  add(cause: string): void {
    this.#counts[cause] = (this.#counts[cause] ?? 0) + 1
  }

  list(): Readonly<Record<string, number>> {
    return { ...this.#counts }
  }
}
