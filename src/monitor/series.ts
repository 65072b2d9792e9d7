import { type Handle, NONE, type Signal, type Watcher } from '../model/index.js'
import type { SeriesTable } from './series-table.js'

/**
 * The watchers of all series that the same watchers match, in order. Shared, so that a series needs only its memories.
 */
export interface Plan {
  readonly table: SeriesTable
  /** Set when the watchers have changed: the series finds its new plan at its next observation. */
  stale: boolean
  /** Who is asked: a watcher that is set aside has {@link SILENT} in its place. */
  readonly active: Watcher[]
  readonly watchers: readonly Watcher[]
}

/** Stands in for a watcher that is set aside. */
export const SILENT: Watcher = {
  name: 'silent@1',
  matches: () => false,
  start: () => null,
  push: () => NONE,
  tick: () => NONE,
}

/**
 * One signal with the memories of its watchers, in the order of its plan. As the user holds it: a {@link Handle}.
 */
export class Series implements Handle {
  /** The table's round in which it was last heard: for finding a place when the table is full. */
  heard = 0

  constructor(
    readonly signal: Signal,
    public plan: Plan,
    public states: unknown[],
  ) {}

  record(value: number): void {
    try {
      if (this.plan.stale) this.plan.table.replan(this)
      const { table, active } = this.plan
      if (typeof value !== 'number' || value - value !== 0) return table.refuse()
      this.heard = table.round
      table.observations++
      const { timeline } = table
      const time = timeline.stale ? timeline.refresh() : timeline.time
      for (let i = 0; i < active.length; i++) this.#ask(active[i] as Watcher, i, value, time)
    } catch (error) {
      // A record() torn off its handle has no `this`, and must not throw either.
      this?.plan?.table.failed(this, -1, error)
    }
  }

  /** One that throws does not keep the observation from the others. */
  #ask(watcher: Watcher, at: number, value: number, time: number): void {
    try {
      const findings = watcher.push(this.states[at], value, time, this.signal)
      if (findings !== NONE) this.plan.table.found(watcher, findings)
    } catch (error) {
      this.plan.table.failed(this, at, error)
    }
  }
}
