import {
  atOnce,
  type Finding,
  identityOf,
  NONE,
  type Signal,
  type SignalOptions,
  type Watcher,
} from '../../model/index.js'
import type { Timeline } from '../timeline.js'
import { Groups } from './groups.js'
import { type Plan, Plans } from './plans.js'
import { Series } from './series.js'
import { SeriesIndex } from './series-index.js'
import type { Memory, TableShell } from './table-shell.js'
import { tidy } from './tidy.js'

/** So many series are walked between two looks at the event loop. */
const SLICE = 1_000

/**
 * All series, and which watchers watch them. Bounded: past `maxSignals`, series not heard of for two rounds make room, and
 * when none does, the observations of new signals are counted and dropped.
 */
export class SeriesTable {
  readonly timeline: Timeline
  observations = 0
  /** Moved on by the shell every few hours: see {@link Series.heard}. */
  round = 0
  readonly #index = new SeriesIndex()
  /** Every series there is; only for looking. */
  readonly all: Pick<SeriesIndex, 'find' | typeof Symbol.iterator> = this.#index
  readonly #bySignal = new WeakMap<Signal, Series>()
  readonly #plans: Plans
  readonly #groups: Groups
  /** What new signals get when there is no room... */
  readonly #overflow: Series
  /** ...and what known ones get: they ask again at every observation. */
  readonly #crowded: Plan
  #swept = -1

  constructor(
    private readonly shell: TableShell,
    private readonly maxSignals: number,
  ) {
    this.timeline = shell.timeline
    this.#groups = new Groups(shell.guard)
    this.#plans = new Plans(this, shell.guard, (cause) => shell.drop(cause))
    this.#overflow = new Series(tidy('overflow', undefined), this.#plans.full, [null])
    this.#crowded = { ...this.#plans.full, stale: true }
  }

  get size(): number {
    return this.#index.size
  }

  /** The series of a name and attributes, made at the first sight. */
  signal(name: string, options?: SignalOptions): Series {
    return this.#admit(tidy(name, options))
  }

  /** The same for a signal object that comes again and again: an identity look-up. */
  of(signal: Signal): Series {
    const known = this.#bySignal.get(signal)
    if (known) return known
    const series = this.#admit(tidy(signal.name, signal))
    if (series !== this.#overflow) this.#bySignal.set(signal, series)
    return series
  }

  /** Sets who watches, and whether observations are taken. Series follow at their next observation. */
  watch(watchers: readonly Watcher[], running: boolean): void {
    this.#plans.watch(watchers, running)
  }

  /** Gives a series its present plan; memories of watchers that stay are kept, restored ones adopted. */
  replan(series: Series): void {
    const twin = this.#index.find(series.signal)
    if (twin && twin !== series) {
      series.plan = twin.plan
      series.states = twin.states
      return
    }
    const before = series.plan
    const plan = twin || this.#readmit(series) ? this.#plans.of(series.signal) : this.#crowded
    if (plan === before) return
    before.watchers.forEach((watcher, i) => {
      if (!plan.watchers.includes(watcher)) this.#groups.leave(series.states[i])
    })
    series.states = plan.watchers.map((watcher) => {
      const kept = before.watchers.indexOf(watcher)
      return kept < 0 ? this.#memory(watcher, series.signal) : series.states[kept]
    })
    series.plan = plan
  }

  /** Time passes. Yields between slices. */
  *tick(time: number): Generator<void> {
    this.#plans.review()
    let walked = 0
    for (const series of this.#index) {
      if (series.plan.stale) this.replan(series)
      this.#tickOne(series, time)
      if (++walked % SLICE === 0) yield
    }
  }

  /** Every memory there is, for saving. */
  *memories(): Generator<Memory> {
    if (!this.#plans.running) return
    for (const { signal, plan, states } of this.#index) {
      const key = identityOf(signal)
      for (let i = 0; i < states.length; i++) {
        const { name, group } = plan.watchers[i] as Watcher
        if (!group || !this.#groups.has(states[i])) yield { part: name, key, state: states[i] }
      }
    }
    yield* this.#groups
  }

  /** Takes what a watcher answered, if it is a list. @throws Error when it is not: a fault of the watcher. */
  found(watcher: Watcher, findings: readonly Finding[]): void {
    if (!Array.isArray(atOnce(watcher.name, findings)))
      throw new Error(`${watcher.name} must answer with a list of findings`)
    if (findings.length > 0) this.shell.found(findings, watcher.name)
  }

  refuse(): void {
    this.shell.drop('not a finite number')
  }

  /** A watcher threw. */
  failed(series: Series, at: number, error: unknown): void {
    const name = series.plan.watchers[at]?.name ?? 'monitor'
    this.shell.guard.fault(name, error)
    if (this.shell.guard.benched(name)) this.#plans.review()
  }

  #tickOne(series: Series, time: number): void {
    const { active } = series.plan
    for (let i = 0; i < active.length; i++) {
      try {
        const findings = (active[i] as Watcher).tick(series.states[i], time, series.signal)
        if (findings !== NONE) this.found(active[i] as Watcher, findings)
      } catch (error) {
        this.failed(series, i, error)
      }
    }
  }

  #admit(signal: Signal): Series {
    const known = this.#index.find(signal)
    if (known) return known
    if (!this.#hasRoom()) return this.#overflow
    const series = new Series(signal, this.#plans.idle, [null])
    series.heard = this.round
    this.#index.add(series)
    if (this.#plans.running) this.replan(series)
    return series
  }

  #hasRoom(): boolean {
    if (this.#index.size < this.maxSignals) return true
    if (this.#swept === this.round) return false
    this.#swept = this.round
    for (const series of [...this.#index]) if (series.heard < this.round - 1) this.#evict(series)
    return this.#index.size < this.maxSignals
  }

  /** A handle may still be held: its next observation asks for a plan, and {@link replan} takes it in again if there is room. */
  #evict(series: Series): void {
    this.#index.remove(series)
    for (const state of series.states) this.#groups.leave(state)
    this.shell.drop('signal made room')
    series.plan = { ...this.#plans.idle, stale: true }
    series.states = [null]
  }

  #readmit(series: Series): boolean {
    const room = this.#hasRoom()
    if (room) this.#index.add(series)
    return room
  }

  #memory(watcher: Watcher, signal: Signal): unknown {
    return this.#groups.join(watcher, signal, identityOf(signal), (key) => {
      const restored = this.shell.adopt(watcher.name, key)
      return restored === undefined ? this.shell.guard.run(watcher.name, () => watcher.start(), null) : restored
    })
  }
}
