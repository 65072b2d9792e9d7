import { auto } from '../../detect/auto.js'
import type { AutoState } from '../../detect/statistics.js'
import { clearHeavy } from '../../math/heavy.js'
import {
  ATTRIBUTE,
  type Attributes,
  type Band,
  EVENT_SIGNAL,
  type Finding,
  idOf,
  NONE,
  type Signal,
  type Watcher,
} from '../../model/index.js'
import { type Measure, measuresOf } from './pattern-measures.js'
import { forgetHalf, type Notice, notice } from './pattern-notice.js'
import { eventOf, type PatternOptions, type PatternPlan, patternPlan } from './pattern-options.js'
import { type Oddity, type PatternState, startPattern } from './pattern-state.js'

/** A count that is half as large again, or smaller by a third, is the same: on the scale of logarithms. */
const FLOOR = 0.4
/** What is odd no more for so many counts is over. */
const CALM = 3
/** What is odd is not learned for so long; what lasts longer may be the new normal. */
const PATIENCE = 36e5
/** Beyond twice the threshold it is critical. */
const CRITICAL = 2
/** After a silence of more counts than this what is usual is asked no more: it counts as one. */
const SILENCE = 120

/**
 * Watches behaviour in events: logins, API calls, outcomes of jobs, as `monitor.event()` is told of them. Finds
 *
 * - one of `by` that comes far more often than the busiest usually does: a brute-force login, a runaway client;
 * - one that comes with far more `distinct` values than usual: credential stuffing, a crawl through records;
 * - more new ones of `by` than usual: a scan, a flood of accounts;
 * - a value of `novel` that was never seen, where new ones are rare: a country, a method, a version;
 * - a combination of `pairs` that never came, though both parts are common: a role and an action;
 * - with `sequences`, one whose steps hardly ever follow each other, step after step.
 *
 * The first three and the last are counted over `every`, and each is watched as a signal is, by {@link auto} on the scale of logarithms: it learns the course of day and week, so that
 * a Monday morning is none. One finding for each kind at a time, closed after three counts in which nothing was odd. For the first `warmup` everything is only learned.
 *
 * Memory is bounded, whatever comes: the 64 keys that come most often, filters and sketches for all others. O(64) an event, a few microseconds; 50 KB, 16 KB more for each of `novel`, 24 KB for each
 * of `pairs`. What keys are called is in the findings: take names that may be told.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * pattern({ name: 'logins', event: 'login.failed', by: 'client.address', distinct: 'user.name' })
 */
export function pattern(options: PatternOptions): Watcher<PatternState> {
  return new PatternWatcher(patternPlan(options))
}

class PatternWatcher implements Watcher<PatternState> {
  readonly name: string
  readonly #measures: readonly Measure[]
  readonly #usual = auto({ floor: FLOOR, warmup: 0 })
  readonly #signal: Signal

  constructor(private readonly plan: PatternPlan) {
    const { watcher, novel, pairs, sequences, distinct } = plan
    this.#measures = measuresOf(plan)
    this.name = `${watcher}@1:${[this.#measures.length, distinct, ...novel, ...pairs.flat(), sequences].join()}`
    this.#signal = { name: EVENT_SIGNAL, unit: '{event}', attributes: { [ATTRIBUTE.eventName]: watcher } }
  }

  matches(signal: Signal): boolean {
    return this.plan.matches(eventOf(signal))
  }

  group(): string {
    return this.plan.watcher
  }

  start(): PatternState {
    return startPattern(
      this.plan,
      this.#measures.map(() => this.#usual.start()),
    )
  }

  push(): readonly never[] {
    return NONE
  }

  hear(state: PatternState, attributes: Attributes, time: number, signal: Signal): readonly Finding[] {
    const found = [...this.tick(state, time)]
    if (state.first < 0) state.first = time
    const notices = notice(state, this.plan, eventOf(signal), attributes)
    if (this.#isLearning(state, time)) return found
    for (const one of notices) found.push(...this.#tell(state, one, time))
    return found
  }

  tick(state: PatternState, time: number): readonly Finding[] {
    if (time < state.due || state.first < 0) return NONE
    const { every } = this.plan
    if (state.due < 0) {
      state.due = (Math.floor(time / every) + 1) * every
      return NONE
    }
    const found: Finding[] = []
    const missed = Math.floor((time - state.due) / every)
    for (let i = Math.min(missed, SILENCE); i >= 0; i--)
      found.push(...this.#count(state, state.due + (missed - i) * every))
    state.due += (missed + 1) * every
    return found
  }

  /** A count has ended. */
  #count(state: PatternState, time: number): readonly Finding[] {
    const found = this.#measures.flatMap((measure, i) => {
      const odd = this.#judge(state, measure, state.usual[i] as AutoState, time)
      return odd && !this.#isLearning(state, time) ? this.#tell(state, odd, time) : NONE
    })
    clearHeavy(state.heavy)
    state.freshKeys = 0
    state.oddest = 0
    state.odd = ''
    forgetHalf(state.lasts)
    return [...found, ...this.#close(state, time)]
  }

  #judge(state: PatternState, measure: Measure, usual: AutoState, time: number): Notice | undefined {
    const value = measure.of(state)
    const open = state.open[measure.kind]
    if (open && value >= open.edge) {
      open.at = time
      if (time - open.openedAt < PATIENCE) return undefined
    }
    const size = Math.log1p(value)
    const score = this.#usual.score(usual, size, time)
    const band = this.#usual.expect?.(usual, time)
    const isOdd = score >= this.plan.threshold && value >= this.plan.least && (band === undefined || size > band.value)
    if (!isOdd || open || this.#isLearning(state, time)) this.#usual.learn(usual, size, time)
    if (!isOdd) return undefined
    const counts = band && countsOf(band)
    const known = counts ? { usual: counts } : {}
    return { kind: measure.kind, score, value, ...known, summary: measure.say(state, value, counts) }
  }

  /** Opens a finding, or goes on with it: told again only when it turns critical. */
  #tell(state: PatternState, odd: Notice, time: number): readonly Finding[] {
    const { kind, score, value, summary } = odd
    const isCritical = score >= CRITICAL * this.plan.threshold
    const open = state.open[kind]
    if (open && (open.severity === 'critical' || !isCritical)) {
      open.at = time
      open.score = Math.max(open.score, score)
      return NONE
    }
    const severity = isCritical ? 'critical' : 'warning'
    const edge = open?.edge ?? edgeOf(odd)
    const oddity: Oddity = { openedAt: open?.openedAt ?? time, at: time, score, severity, value, edge, summary }
    state.open[kind] = oddity
    return [this.#finding(kind, oddity, time, { state: 'open', ...(odd.usual && { expected: odd.usual }) })]
  }

  #close(state: PatternState, time: number): readonly Finding[] {
    return Object.entries(state.open).flatMap(([kind, oddity]) => {
      if (time - oddity.at < CALM * this.plan.every) return []
      delete state.open[kind]
      return [this.#finding(kind, oddity, time, { state: 'closed', closedAt: time })]
    })
  }

  #finding(
    kind: string,
    { openedAt, score, severity, value, summary }: Oddity,
    time: number,
    change: Pick<Finding, 'state' | 'closedAt' | 'expected'>,
  ): Finding {
    const { watcher } = this.plan
    const id = idOf('f', watcher, kind, openedAt)
    const known = { id, watcher, signal: this.#signal, severity, score, value, statistic: kind }
    const said = change.state === 'open' ? summary : `no more of this: ${summary}`
    return { ...known, since: openedAt, openedAt, updatedAt: time, summary: said, ...change }
  }

  #isLearning({ first }: PatternState, time: number): boolean {
    return time - first < this.plan.warmup
  }
}

/** Halfway between what is usual and what is odd, on the scale of logarithms: what stays above is the same. */
function edgeOf({ value, usual }: Notice): number {
  return usual === undefined ? Number.MAX_VALUE : Math.sqrt((1 + usual.high) * (1 + value)) - 1
}

function countsOf({ value, low, high }: Band): Band {
  return { value: Math.expm1(value), low: Math.max(0, Math.expm1(low)), high: Math.expm1(high) }
}
