import type { BudgetUse, Watcher } from '../model/index.js'
import type { Flow } from './flow/flow.js'
import type { Guard } from './guard.js'
import type { Series } from './series/series.js'
import type { SeriesTable } from './series/series-table.js'

/** How often the budget is shared out anew, in milliseconds. */
const REVIEW = 6e4
/** A share that would change by less than this part of it stays as it is. */
const STEADY = 0.1
/** So many series are walked between two looks at the event loop. */
const SLICE = 1_000
const DAY = 864e5

/** What the budgets need of the shell. */
export interface BudgetShell {
  readonly guard: Guard
  readonly table: SeriesTable
  readonly flow: Flow
  readonly settings: { readonly budget: number }
}

/**
 * The monitor's budget of false findings, in equal parts for all signals that a watcher watches under it: so that each of
 * many may be wrong the more seldom. A signal that has fallen silent for two rounds of the table keeps its share and counts no more.
 */
export class Budgets {
  /** What each gets, in false findings a millisecond. */
  #share = 0
  #reviewed = Number.NEGATIVE_INFINITY
  /** What is accepted under a budget in all, by watcher. */
  #accepted: ReadonlyMap<string, number> = new Map()

  constructor(private readonly shell: BudgetShell) {}

  /** Tells everyone their share, about once a minute. Yields between slices. */
  *walk(now: number): Generator<void> {
    if (now - this.#reviewed < REVIEW) return
    this.#reviewed = now
    if (this.#share === 0) this.#divide(this.shell.table.size)
    const count = new Count()
    let walked = 0
    for (const series of this.shell.table.all) {
      this.#tell(series, count)
      if (++walked % SLICE === 0) yield
    }
    this.#accepted = count.accepted
    this.#divide(count.sharers)
  }

  /** Of each watcher that watches under a budget. */
  list(time: number): Readonly<Record<string, BudgetUse>> {
    const { rates } = this.shell.flow
    const uses = [...this.#accepted].map(([watcher, accepted]) => {
      return [watcher, { accepted: accepted * DAY, found: rates.perDay(watcher, time) }] as const
    })
    return Object.fromEntries(uses)
  }

  #divide(sharers: number): void {
    const fair = this.shell.settings.budget / Math.max(1, sharers)
    if (Math.abs(fair - this.#share) > STEADY * this.#share) this.#share = fair
  }

  #tell({ plan, states, heard }: Series, count: Count): void {
    const { guard, table } = this.shell
    for (let i = 0; i < plan.watchers.length; i++) {
      const watcher = plan.watchers[i] as Watcher
      if (typeof watcher.share !== 'function') continue
      const rate = guard.run(watcher.name, () => watcher.share?.(states[i], this.#share), 0)
      if (heard >= table.round - 1) count.add(watcher, rate, rate === this.#share)
    }
  }
}

/** What one walk adds up. */
class Count {
  sharers = 0
  readonly accepted = new Map<string, number>()

  add({ name }: Watcher, rate: unknown, shares: boolean): void {
    if (typeof rate !== 'number' || !(rate > 0 && rate < 1)) return
    if (shares) this.sharers++
    const watcher = familyOf(name)
    this.accepted.set(watcher, (this.accepted.get(watcher) ?? 0) + rate)
  }
}

/** What a watcher's findings call it: its name without the version. */
function familyOf(name: string): string {
  return name.replace(/@\d.*$/s, '')
}
