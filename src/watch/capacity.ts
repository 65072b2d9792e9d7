import { within as bounded } from '../detect/level-state.js'
import { emptyRelation, learnPair, type Relation } from '../math/relation.js'
import {
  type Finding,
  identityOf,
  idOf,
  matcher,
  NONE,
  type Severity,
  type Signal,
  type Watcher,
} from '../model/index.js'
import { type CapacityOptions, type CapacityPlan, capacityPlan } from './capacity-options.js'
import { type CapacityReport, reportOf } from './capacity-report.js'

/** A watcher that can be asked what is left. */
export interface Capacity extends Watcher<CapacityState> {
  /** As of the last look, at most one `every` ago; `undefined` while the relation is not known. */
  report(): CapacityReport | undefined
}

/** The memory of {@link capacity}. */
export interface CapacityState {
  /** The series that are related; `null` before they are heard. */
  signal: Signal | null
  demand: Signal | null
  /** When the present means end, in milliseconds since the epoch; and the sums and counts of resource and demand. */
  due: number
  readonly sums: Float64Array
  readonly relation: Relation
  /** The largest mean demand of the last days, and which days. */
  readonly peaks: Float64Array
  readonly days: Float64Array
  /** When the finding opened, or -1; and how bad it is. */
  openedAt: number
  severity: Severity
}

const DAY = 864e5
const DAYS = 7
/** Means of both before there is an opinion. */
const LEAST = 30
/** A finding closes when so much more than the wanted head-room is left. */
const EASE = 0.05

/**
 * Relates a resource to the demand that uses it: at which load the limit is met, what head-room is left at the busiest time of a week, and what size
 * would be right. Finds when less head-room is left than wanted; critical when none is.
 *
 * Every `every` the means of both make a pair; pairs are kept in 32 bins of the demand, and a robust line through the bins leads to the limit. Where
 * it gets steeper at high load, the line of the upper half counts. No opinion before 30 pairs, nor before the demand has varied by half, nor where the resource
 * does not rise with it. A relation with a cause elsewhere misleads, as any would: relate what uses to what is used.
 *
 * One series each, the first that matches. O(1) a value, O(32² log 32) an `every`; 130 numbers of state.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * const cpu = capacity({ signal: 'process.cpu.utilization', demand: 'http.server.requests.rate', limit: 0.8 })
 * cpu.report()?.advice // 'process.cpu.utilization meets its limit of 0.8 at 1240 request/s (1180 request/s to 1300 request/s); …'
 */
export function capacity(options: CapacityOptions): Capacity {
  const plan = capacityPlan(options)
  const isResource = matcher('capacity.signal', options.signal)
  return new CapacityWatcher(plan, isResource, matcher('capacity.demand', options.demand))
}

class CapacityWatcher implements Capacity {
  readonly name: string
  readonly #others = new WeakSet<Signal>()
  #report: CapacityReport | undefined

  constructor(
    private readonly plan: CapacityPlan,
    private readonly isResource: (signal: Signal) => boolean,
    private readonly isDemand: (signal: Signal) => boolean,
  ) {
    this.name = `${plan.watcher}@1`
  }

  report(): CapacityReport | undefined {
    return this.#report
  }

  start(): CapacityState {
    const days = new Float64Array(DAYS).fill(-1)
    const [sums, peaks] = [new Float64Array(4), new Float64Array(DAYS)]
    const none = { signal: null, demand: null, due: -1, openedAt: -1, severity: 'warning' as const }
    return { ...none, sums, relation: emptyRelation(), peaks, days }
  }

  matches(signal: Signal): boolean {
    return this.isResource(signal) || this.isDemand(signal)
  }

  group(): string {
    return this.plan.watcher
  }

  push(state: CapacityState, value: number, time: number, signal: Signal): readonly Finding[] {
    const findings = this.tick(state, time)
    const at = this.#placeOf(state, signal)
    if (at < 0) return findings
    const { sums } = state
    sums[at] = (sums[at] as number) + (at === 0 ? this.plan.sign : 1) * bounded(value)
    sums[at + 1] = (sums[at + 1] as number) + 1
    return findings
  }

  tick(state: CapacityState, time: number): readonly Finding[] {
    if (time < state.due) return NONE
    const { sums, relation } = state
    const end = state.due
    state.due = (Math.floor(time / this.plan.every) + 1) * this.plan.every
    const [resource, resources, demand, demands] = sums as unknown as [number, number, number, number]
    sums.fill(0)
    if (resources === 0 || demands === 0) return NONE
    const load = demand / demands
    learnPair(relation, load, resource / resources)
    learnPeak(state, load, end)
    return this.#judge(state, end)
  }

  /** 0 of the resource, 2 of the demand; below 0 of a further series. */
  #placeOf(state: CapacityState, signal: Signal): number {
    const role = this.isDemand(signal) ? 'demand' : 'signal'
    const taken = state[role]
    if (taken !== signal) {
      if (taken !== null && !this.#isSame(taken, signal)) return -1
      state[role] = signal
    }
    return role === 'demand' ? 2 : 0
  }

  /** A further series asks at each of its observations, so the answer is kept. */
  #isSame(taken: Signal, signal: Signal): boolean {
    if (this.#others.has(signal)) return false
    const isSame = identityOf(taken) === identityOf(signal)
    if (!isSame) this.#others.add(signal)
    return isSame
  }

  #judge(state: CapacityState, time: number): readonly Finding[] {
    const { relation, signal, demand } = state
    const pairs = relation.counts.reduce((sum, count) => sum + count, 0)
    if (pairs < LEAST || signal === null || demand === null) return NONE
    const report = reportOf(relation, Math.max(...state.peaks), time, this.plan, signal, demand)
    this.#report = report
    if (report === undefined) return NONE
    const { headroom } = report
    const isOpen = state.openedAt >= 0
    if (isOpen && headroom > this.plan.headroom + EASE) return [this.#close(state, report, signal)]
    if (!isOpen && headroom >= this.plan.headroom) return NONE
    const severity: Severity = headroom <= 0 || state.severity === 'critical' ? 'critical' : 'warning'
    const isNews = !isOpen || severity !== state.severity
    if (!isOpen) state.openedAt = time
    state.severity = severity
    return isNews ? [this.#claim(state, report, signal, { state: 'open' })] : NONE
  }

  #close(state: CapacityState, report: CapacityReport, signal: Signal): Finding {
    const finding = this.#claim(state, report, signal, { state: 'closed', closedAt: report.time })
    state.openedAt = -1
    state.severity = 'warning'
    return finding
  }

  /** The score is how far the peak is into the head-room that is wanted: 1 at its edge. */
  #claim(
    { openedAt, severity }: CapacityState,
    { peak, load, size, advice, time }: CapacityReport,
    signal: Signal,
    change: Pick<Finding, 'state' | 'closedAt'>,
  ): Finding {
    const { watcher } = this.plan
    const id = idOf('f', watcher, identityOf(signal), openedAt)
    const known = { id, watcher, signal, severity, score: size, value: peak / load }
    return { ...known, since: openedAt, openedAt, updatedAt: time, summary: advice, ...change }
  }
}

/** Keeps the largest load of each of the last days. */
function learnPeak({ peaks, days }: CapacityState, load: number, time: number): void {
  const day = Math.floor(time / DAY)
  const at = ((day % DAYS) + DAYS) % DAYS
  for (let i = 0; i < DAYS; i++) if (day - (days[i] as number) >= DAYS) peaks[i] = 0
  if (days[at] !== day) peaks[at] = 0
  days[at] = day
  peaks[at] = Math.max(peaks[at] as number, load)
}
