import type { State } from '../../model/index.js'

/** What is open, and the latest that closed: the newest version of each, by id. Bounded; the oldest closed go first, then the oldest. */
export class Recent<T extends { readonly id: string; readonly state: State }> {
  /** How many are open now. */
  open = 0
  /** How many there have been. */
  seen = 0
  readonly #byId = new Map<string, T>()

  constructor(private readonly most: number) {}

  get(id: string): T | undefined {
    return this.#byId.get(id)
  }

  /** Takes a version in; whether it is the first of its id. */
  keep(item: T): boolean {
    const before = this.#byId.get(item.id)
    if (before === undefined) this.seen++
    this.#byId.delete(item.id)
    this.#byId.set(item.id, item)
    this.open += Number(item.state === 'open') - Number(before?.state === 'open')
    if (this.#byId.size > this.most) this.#forgetOne()
    return before === undefined
  }

  /** Newest change first. */
  list(): readonly T[] {
    return [...this.#byId.values()].reverse()
  }

  #forgetOne(): void {
    let oldest: T | undefined
    for (const item of this.#byId.values()) {
      oldest ??= item
      if (item.state === 'open') continue
      this.#byId.delete(item.id)
      return
    }
    if (!oldest) return
    this.#byId.delete(oldest.id)
    this.open--
  }
}
