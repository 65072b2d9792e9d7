import { beginningOf } from '../../math/calendar.js'
import { type Rings, sums, sumsOver, sumsSince } from '../../math/rings.js'
import { type Finding, identityOf, NONE, type ObjectiveStatus, type Signal, type Watcher } from '../../model/index.js'
import { BudgetLevels } from './budget-levels.js'
import { burnOver, holds, type Tier, tiersOf } from './burn.js'
import { burning, type Claim, recovered } from './objective-claim.js'
import { type ObjectiveOptions, type ObjectivePlan, objectivePlan, type Part } from './objective-options.js'
import { type ObjectiveState, startObjective } from './objective-state.js'
import { isDue, settle, take } from './pending.js'

/** A watcher that can be asked how its objective stands. */
export interface Objective extends Watcher<ObjectiveState> {
  /** As of the last look, at most some ten seconds ago; `undefined` before the first. */
  status(): ObjectiveStatus | undefined
}

const [MINUTE, HOUR, DAY] = [6e4, 36e5, 864e5]
/** The windows are looked at so often, in milliseconds. */
const EVERY = 10_000
/** A rate, or a state, lasts no longer than this without an observation: no data is neither good nor bad. */
const LASTS = 5 * MINUTE
/** Signals whose last time is remembered. */
const MOST = 1_000
/** An open finding closes when its rules have not held for so long. */
const CALM = MINUTE

/**
 * Watches a promise: that such a part of requests, or of the time, is good. Finds when the error budget, what may be bad, is spent so
 * fast that somebody must act:
 *
 * | Severity | Budget spent | in | and still in the last |
 * | --- | --- | --- | --- |
 * | critical | 2 % | 1 h | 5 min |
 * | critical | 5 % | 6 h | 30 min |
 * | warning | 10 % | 1 d | 2 h |
 * | warning | 10 % | 3 d | 6 h |
 * | warning | all | the whole window | |
 *
 * The last rule is for services of few requests, which can burn for days unseen. Where events are counted, nothing is found below
 * `minBad` bad ones, nor while chance may be at play (Wilson's bound at 95 %). No data is neither good nor bad: pair it with
 * `missing()`. A signal whose name ends in `.rate` or unit in `/s` is a rate, and is summed over time; the values of any other are
 * counts, except that of `signal`, which is judged by its limit for the time since its last value, at most 5 min.
 *
 * Rings of 10 s, 1 min, 5 min and 1 h: O(1) an observation, a look at all windows every 10 s, some 40 KB, restored after a restart.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * objective({ name: 'checkout', target: 0.999, good: 'checkout.ok.rate', total: 'checkout.requests.rate' })
 * objective({ name: 'fast', target: 0.99, window: 'month', signal: 'http.server.request.duration.p95', below: 0.3 })
 * @see Beyer et al., "The Site Reliability Workbook", 2018, chapter 5.
 */
export function objective(options: ObjectiveOptions): Objective {
  return new ObjectiveWatcher(objectivePlan(options))
}

class ObjectiveWatcher implements Objective {
  readonly name: string
  readonly #tiers: readonly Tier[]
  readonly #levels: BudgetLevels
  readonly #ids = new WeakMap<Signal, string>()
  #status: ObjectiveStatus | undefined

  constructor(private readonly plan: ObjectivePlan) {
    this.name = `objective@2:${plan.name}:${plan.sources.length}`
    this.#tiers = tiersOf(plan.window)
    this.#levels = new BudgetLevels(plan.levels)
  }

  status(): ObjectiveStatus | undefined {
    return this.#status
  }

  start(): ObjectiveState {
    return startObjective(this.plan.sources.length)
  }

  matches(signal: Signal): boolean {
    return this.plan.sources.some(({ parts }) => parts.some(({ matches }) => matches(signal)))
  }

  group(): string {
    return this.plan.name
  }

  push(state: ObjectiveState, value: number, time: number, signal: Signal): readonly Finding[] {
    const told = this.tick(state, time)
    const lasted = this.#lasted(state, signal, time)
    for (const [source, { parts }] of this.plan.sources.entries()) {
      for (const part of parts) if (part.matches(signal)) this.#take(state, source, part, value, time, signal, lasted)
    }
    return told
  }

  tick(state: ObjectiveState, time: number): readonly Finding[] {
    if (isDue(state, this.plan, time)) settle(state, this.plan, time)
    if (state.looked >= 0 && time - state.looked < EVERY) return NONE
    state.looked = time
    const status = this.#look(state.rings, time)
    this.#status = status
    // Before anything is found, so that a budget that is spent freezes what a finding would set off. One that throws costs this look.
    this.#levels.tell(status)
    return this.#judge(state, time)
  }

  #take(
    state: ObjectiveState,
    source: number,
    part: Part,
    value: number,
    time: number,
    signal: Signal,
    lasted: number,
  ): void {
    const amount = part.isGood ? lasted : isRate(signal) ? (value * lasted) / 1000 : value
    if (amount > 0) take(state, source, part.isGood?.(value) ? 0 : part.bad * amount, part.total * amount, time)
  }

  /** Since the signal's last value; 0 at the first. */
  #lasted(state: ObjectiveState, signal: Signal, time: number): number {
    const id = this.#idOf(signal)
    const before = state.heard[id]
    if (before === undefined && Object.keys(state.heard).length >= MOST) return 0
    state.heard[id] = time
    return before === undefined ? 0 : Math.min(LASTS, Math.max(0, time - before))
  }

  #idOf(signal: Signal): string {
    let id = this.#ids.get(signal)
    if (id === undefined) {
      id = identityOf(signal)
      this.#ids.set(signal, id)
    }
    return id
  }

  #look(rings: Rings, time: number): ObjectiveStatus {
    const { plan } = this
    const burn = (span: number): number => burnOver(rings, plan, time, span)
    const remaining = this.#remaining(rings, time)
    const hour = burn(HOUR)
    return {
      name: plan.name,
      target: plan.target,
      remaining,
      burn: { '5m': burn(5 * MINUTE), '1h': hour, '6h': burn(6 * HOUR), '3d': burn(3 * DAY) },
      exhaustedIn: remaining <= 0 ? 0 : hour > 0 ? (remaining * plan.window) / hour : Number.POSITIVE_INFINITY,
      time,
    }
  }

  #remaining(rings: Rings, time: number): number {
    const { coarse, allowed, calendar, window } = this.plan
    if (calendar) sumsSince(rings, coarse, time, beginningOf(calendar, time))
    else sumsOver(rings, coarse, time, window)
    const total = sums[1] as number
    return total > 0 ? 1 - Math.max(0, sums[0] as number) / (total * allowed) : Number.NaN
  }

  #judge(state: ObjectiveState, time: number): readonly Finding[] {
    const { rings, claim } = state
    const tier = this.#tiers.find((one) => holds(rings, this.plan, one, time)) ?? this.#overspent(rings, time)
    if (tier) return this.#hold(state, tier, time)
    if (claim === null || time - claim.heldAt < CALM) return NONE
    state.claim = null
    return [recovered(this.plan, claim, this.#status as ObjectiveStatus)]
  }

  #hold(state: ObjectiveState, tier: Tier, time: number): readonly Finding[] {
    const { claim } = state
    const worse = claim === null || (claim.severity === 'warning' && tier.severity === 'critical')
    const status = this.#status as ObjectiveStatus
    const burn = burnOver(state.rings, this.plan, time, tier.long)
    state.claim = {
      openedAt: claim?.openedAt ?? time,
      heldAt: time,
      severity: worse ? tier.severity : (claim as Claim).severity,
      factor: worse ? tier.factor : (claim as Claim).factor,
      long: worse ? tier.long : (claim as Claim).long,
      burn: Math.max(burn, claim?.burn ?? 0),
    }
    return worse ? [burning(this.plan, state.claim, status)] : NONE
  }

  /** A rule of its own: all of the budget, over all of its window. */
  #overspent(rings: Rings, time: number): Tier | undefined {
    if (!(this.#remaining(rings, time) <= 0)) return undefined
    if (this.plan.counts && (sums[0] as number) < this.plan.minBad) return undefined
    return { severity: 'warning', long: this.plan.window, short: 0, factor: 1 }
  }
}

function isRate({ name, unit }: Signal): boolean {
  return name.endsWith('.rate') || unit.endsWith('/s')
}
