const DAY = 864e5
/** The window of every rate, in days of the epoch: today and the six before. */
const WINDOW = 7
/** Watchers that are told apart; all further ones count together. */
const MOST = 1_000

/** How often each watcher finds something, over the last seven days. Bounded; O(1) a finding. */
export class FindingRates {
  /** Findings by day of the epoch, by watcher. */
  readonly #byWatcher = new Map<string, Map<number, number>>()

  /** @param began - since when findings are counted. */
  constructor(private readonly began: number) {}

  /** A watcher has found something new. */
  add(watcher: string, time: number): void {
    const days = this.#of(watcher)
    const today = dayOf(time)
    days.set(today, (days.get(today) ?? 0) + 1)
    for (const day of days.keys()) if (day <= today - WINDOW) days.delete(day)
  }

  /** Findings a day; on the first day, those so far. */
  perDay(watcher: string, time: number): number {
    const first = dayOf(time) - WINDOW + 1
    let found = 0
    for (const [day, count] of this.#byWatcher.get(watcher) ?? []) if (day >= first) found += count
    return found / Math.max(1, (time - Math.max(this.began, first * DAY)) / DAY)
  }

  #of(watcher: string): Map<number, number> {
    const name = this.#byWatcher.has(watcher) || this.#byWatcher.size < MOST ? watcher : 'other watchers'
    const known = this.#byWatcher.get(name)
    if (known) return known
    const days = new Map<number, number>()
    this.#byWatcher.set(name, days)
    return days
  }
}

function dayOf(time: number): number {
  return Math.floor(time / DAY)
}
