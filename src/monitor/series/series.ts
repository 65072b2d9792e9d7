import { type Attributes, type Handle, NONE, type Signal, type Watcher } from '../../model/index.js'
import type { Plan } from './plans.js'

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
      if (typeof value !== 'number' || value - value !== 0) {
        table.refuse()
        return
      }
      this.heard = table.round
      table.observations++
      const { timeline } = table
      const time = timeline.stale ? timeline.refresh() : timeline.time
      for (let i = 0; i < active.length; i++) ask(this, active[i] as Watcher, i, value, time)
    } catch (error) {
      // A record() torn off its handle has no `this`, and must not throw either.
      this?.plan?.table.failed(this, -1, error)
    }
  }

  /** Takes an event in. */
  hear(attributes: Attributes): void {
    try {
      if (this.plan.stale) this.plan.table.replan(this)
      const { table, active } = this.plan
      this.heard = table.round
      table.observations++
      const { timeline } = table
      const time = timeline.stale ? timeline.refresh() : timeline.time
      for (let i = 0; i < active.length; i++) tell(this, active[i] as Watcher, i, attributes, time)
    } catch (error) {
      this.plan.table.failed(this, -1, error)
    }
  }
}

/** Who hears no events is one that counts what is dropped. */
function tell(series: Series, watcher: Watcher, at: number, attributes: Attributes, time: number): void {
  try {
    const state = series.states[at]
    const findings = watcher.hear
      ? watcher.hear(state, attributes, time, series.signal)
      : watcher.push(state, 1, time, series.signal)
    if (findings !== NONE) series.plan.table.found(watcher, findings)
  } catch (error) {
    series.plan.table.failed(series, at, error)
  }
}

/** One that throws does not keep the observation from the others. A function, since V8 calls it faster than a private method. */
function ask(series: Series, watcher: Watcher, at: number, value: number, time: number): void {
  try {
    const findings = watcher.push(series.states[at], value, time, series.signal)
    if (findings !== NONE) series.plan.table.found(watcher, findings)
  } catch (error) {
    series.plan.table.failed(series, at, error)
  }
}
