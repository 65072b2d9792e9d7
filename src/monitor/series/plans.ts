import { EVENT_SIGNAL, NONE, type Signal, type Watcher } from '../../model/index.js'
import type { Guard } from '../guard.js'
import type { SeriesTable } from './series-table.js'

/**
 * The watchers of all series that the same watchers match, in order. Shared, so that a series needs only its memories.
 */
export interface Plan {
  readonly table: SeriesTable
  /** Set when the watchers have changed: the series finds its new plan at its next observation. */
  stale: boolean
  /** Who is asked: a watcher that is set aside has a silent one in its place. */
  readonly active: Watcher[]
  readonly watchers: readonly Watcher[]
}

/** Stands in for a watcher that is set aside. */
const SILENT: Watcher = {
  name: 'silent@1',
  matches: () => false,
  start: () => null,
  push: () => NONE,
  tick: () => NONE,
}

/** Who watches what, as it stands now: one plan for each set of watchers that some signal has. */
export class Plans {
  /** What every series has while nothing is watched: it counts what comes. */
  readonly idle: Plan
  /** What a signal has for which there was no room: it counts too. */
  readonly full: Plan
  running = false
  readonly #byWatchers = new Map<string, Plan>()
  #watchers: readonly Watcher[] = []

  constructor(
    private readonly table: SeriesTable,
    private readonly guard: Guard,
    drop: (cause: string) => void,
  ) {
    this.idle = this.#planOf([counting('not running', drop)])
    this.full = this.#planOf([counting('too many signals', drop)])
  }

  /** Sets who watches, and whether anybody does. All plans given out are stale from then on. */
  watch(watchers: readonly Watcher[], running: boolean): void {
    this.#watchers = watchers
    this.running = running
    this.idle.stale = running
    for (const plan of this.#byWatchers.values()) plan.stale = true
    this.#byWatchers.clear()
  }

  of(signal: Signal): Plan {
    if (!this.running) return this.idle
    const matching = this.#watchers.filter((watcher) =>
      this.guard.run(watcher.name, () => hears(watcher) === isEvent(signal) && watcher.matches(signal), false),
    )
    const key = matching.map((watcher) => this.#watchers.indexOf(watcher)).join()
    const plan = this.#byWatchers.get(key) ?? this.#planOf(matching)
    this.#byWatchers.set(key, plan)
    return plan
  }

  /** Asks the watchers that are set aside no more, and those that no longer are again. */
  review(): void {
    for (const { active, watchers } of this.#byWatchers.values()) {
      watchers.forEach((watcher, i) => {
        active[i] = this.guard.benched(watcher.name) ? SILENT : watcher
      })
    }
  }

  #planOf(watchers: readonly Watcher[]): Plan {
    return { table: this.table, stale: false, active: [...watchers], watchers }
  }
}

function hears({ hear }: Watcher): boolean {
  return hear !== undefined
}

function isEvent({ name }: Signal): boolean {
  return name === EVENT_SIGNAL
}

function counting(cause: string, drop: (cause: string) => void): Watcher {
  const push = (): readonly never[] => {
    drop(cause)
    return NONE
  }
  return { ...SILENT, name: cause, push }
}
