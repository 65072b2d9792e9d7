import {
  atOnce,
  type Finding,
  type Handle,
  identityOf,
  NONE,
  type Signal,
  type SignalOptions,
  type Watcher,
} from '../model/index.js'
import type { Guard } from './guard.js'
import { type Plan, Series, SILENT } from './series.js'
import { SeriesIndex } from './series-index.js'
import { tidy } from './tidy.js'
import type { Timeline } from './timeline.js'

/** What the table needs of the shell. */
export interface TableShell {
  readonly guard: Guard
  readonly timeline: Timeline
  /** Where findings go. */
  found(findings: readonly Finding[]): void
  /** Counts what is not kept. */
  drop(cause: string): void
  /** The restored memory of a part for a signal, taken out; `undefined` when there is none. */
  adopt(part: string, key: string): unknown
}

/** The memory of one watcher for one signal, as it is saved. */
export interface Memory {
  readonly part: string
  readonly key: string
  readonly state: unknown
}

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
  readonly #bySignal = new WeakMap<Signal, Series>()
  readonly #plans = new Map<string, Plan>()
  readonly #idlePlan: Plan
  /** What new signals get when there is no room... */
  readonly #overflow: Series
  /** ...and what known ones get: they ask again at every observation. */
  readonly #crowded: Plan
  #watchers: readonly Watcher[] = []
  #running = false
  #swept = -1

  constructor(
    private readonly shell: TableShell,
    private readonly maxSignals: number,
  ) {
    this.timeline = shell.timeline
    this.#idlePlan = this.#planOf([this.#dropper('not running')])
    const full = this.#planOf([this.#dropper('too many signals')])
    this.#overflow = new Series(tidy('overflow', undefined), full, [null])
    this.#crowded = { ...full, stale: true }
  }

  get size(): number {
    return this.#index.size
  }

  /** The series of a name and attributes, made at the first sight. */
  signal(name: string, options?: SignalOptions): Handle {
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
    this.#watchers = watchers
    this.#running = running
    this.#idlePlan.stale = running
    for (const plan of this.#plans.values()) plan.stale = true
    this.#plans.clear()
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
    const plan = twin || this.#readmit(series) ? this.#planFor(series.signal) : this.#crowded
    if (plan === before) return
    series.states = plan.watchers.map((watcher) => {
      const kept = before.watchers.indexOf(watcher)
      return kept < 0 ? this.#memory(watcher, series.signal) : series.states[kept]
    })
    series.plan = plan
  }

  /** Time passes. Yields between slices. */
  *tick(time: number): Generator<void> {
    for (const plan of this.#plans.values()) this.#wakeBenched(plan)
    let walked = 0
    for (const series of this.#index) {
      if (series.plan.stale) this.replan(series)
      this.#tickOne(series, time)
      if (++walked % SLICE === 0) yield
    }
  }

  /** Every memory there is, for saving. */
  *memories(): Generator<Memory> {
    if (!this.#running) return
    for (const { signal, plan, states } of this.#index) {
      const key = identityOf(signal)
      for (let i = 0; i < states.length; i++) yield { part: (plan.watchers[i] as Watcher).name, key, state: states[i] }
    }
  }

  /** Takes what a watcher answered, if it is a list. @throws Error when it is not: a fault of the watcher. */
  found(watcher: Watcher, findings: readonly Finding[]): void {
    if (!Array.isArray(atOnce(watcher.name, findings)))
      throw new Error(`${watcher.name} must answer with a list of findings`)
    if (findings.length > 0) this.shell.found(findings)
  }

  refuse(): void {
    this.shell.drop('not a finite number')
  }

  /** A watcher threw. */
  failed(series: Series, at: number, error: unknown): void {
    const name = series.plan.watchers[at]?.name ?? 'monitor'
    this.shell.guard.fault(name, error)
    if (!this.shell.guard.benched(name)) return
    for (const plan of this.#plans.values()) {
      plan.watchers.forEach((watcher, i) => {
        if (watcher.name === name) plan.active[i] = SILENT
      })
    }
  }

  #wakeBenched(plan: Plan): void {
    plan.watchers.forEach((watcher, i) => {
      if (plan.active[i] === SILENT && !this.shell.guard.benched(watcher.name)) plan.active[i] = watcher
    })
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
    const series = new Series(signal, this.#idlePlan, [null])
    series.heard = this.round
    this.#index.add(series)
    if (this.#running) this.replan(series)
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
    this.shell.drop('signal made room')
    series.plan = { ...this.#idlePlan, stale: true }
    series.states = [null]
  }

  #readmit(series: Series): boolean {
    const room = this.#hasRoom()
    if (room) this.#index.add(series)
    return room
  }

  #planFor(signal: Signal): Plan {
    if (!this.#running) return this.#idlePlan
    const matching = this.#watchers.filter((watcher) =>
      this.shell.guard.run(watcher.name, () => watcher.matches(signal), false),
    )
    const key = matching.map((watcher) => this.#watchers.indexOf(watcher)).join()
    let plan = this.#plans.get(key)
    if (!plan) this.#plans.set(key, (plan = this.#planOf(matching)))
    return plan
  }

  #planOf(watchers: readonly Watcher[]): Plan {
    return { table: this, stale: false, active: [...watchers], watchers }
  }

  #memory(watcher: Watcher, signal: Signal): unknown {
    const restored = this.shell.adopt(watcher.name, identityOf(signal))
    return restored === undefined ? this.shell.guard.run(watcher.name, () => watcher.start(), null) : restored
  }

  #dropper(cause: string): Watcher {
    const push = (): readonly never[] => {
      this.shell.drop(cause)
      return NONE
    }
    return { ...SILENT, name: cause, push }
  }
}
