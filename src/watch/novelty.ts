import { emptySeen, noteSeen, type Seen } from '../math/bloom.js'
import { sigmasOf } from '../math/normal.js'
import {
  type Budget,
  budget,
  ConfigError,
  checkOptions,
  type Duration,
  describe,
  duration,
  type Finding,
  identityOf,
  idOf,
  matcher,
  NONE,
  nameOf,
  oneOf,
  type Selector,
  type Signal,
  type State,
  textIn,
  type Watcher,
} from '../model/index.js'

/** What {@link novelty} watches for. */
export interface NoveltyOptions {
  /** Which signals: those of which each kind is a series of its own, told apart by an attribute. */
  readonly signal: Selector
  /** For how long everything is only learned. From 0 to 30 d. @defaultValue `'1d'` */
  readonly warmup?: Duration
  /** Findings that are accepted; beyond them, but for three that may come at once, what is new is only learned. @defaultValue `'1 per 1d'` */
  readonly budget?: Budget
  /** What is new within so long is one finding, which closes when nothing new came for as long. From 1 s to 1 d. @defaultValue `'10m'` */
  readonly together?: Duration
  /** @defaultValue `'warning'` */
  readonly severity?: 'warning' | 'critical'
  /** Tells it from other watchers of its kind. @defaultValue `'novelty'` */
  readonly name?: string
}

/** An open finding of {@link novelty}. Plain data. */
export interface Newcomer {
  readonly signal: Signal
  readonly openedAt: number
  readonly score: number
  readonly value: number
  readonly summary: string
  /** How many more came, and when the last one did. */
  others: number
  at: number
}

/** Memory of {@link novelty} for all its signals: 16 KB. Plain data. */
export interface NoveltyState {
  readonly seen: Seen
  /** Time of the first value; -1 before it. */
  first: number
  /** New ones since the warm-up. */
  fresh: number
  /** What is left of the budget, at a time. */
  left: number
  leftAt: number
  open: Newcomer | null
}

/** Findings that may come at once. */
const AT_ONCE = 3
/** What is known is noted again after so long, so that it is not forgotten for what came later. */
const AGAIN = 864e5
const DAY = 864e5

/**
 * Watches for what was never there: a log line of a new kind, a new error, an operation that nobody called before. Of the signals that it
 * matches, a series that was never seen, in this life of the service or an earlier one, opens a finding with its first value but zero.
 *
 * New ones that come together are one finding; a budget keeps a service that is always new from crying wolf. A release brings new things:
 * they are told, at most three times. O(1), a check of a filter a day for each series; 16 KB, for the last 5,500 series and more. One in 100 new
 * ones is taken for known at the worst.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * novelty({ signal: 'log.record.count.rate' })
 */
export function novelty(options: NoveltyOptions): Watcher<NoveltyState> {
  checkOptions('novelty', options, ['signal', 'warmup', 'budget', 'together', 'severity', 'name'])
  if (options.signal === undefined) throw new ConfigError('novelty.signal', 'given', options.signal)
  return new NoveltyWatcher({
    matches: matcher('novelty.signal', options.signal),
    warmup: duration('novelty.warmup', options.warmup ?? '1d', { min: 0, max: 30 * DAY }),
    accepted: budget('novelty.budget', options.budget ?? '1 per 1d'),
    together: duration('novelty.together', options.together ?? '10m', { min: 1_000, max: DAY }),
    severity: oneOf('novelty.severity', options.severity ?? 'warning', ['warning', 'critical']),
    watcher: textIn('novelty.name', options.name ?? 'novelty', 100),
  })
}

interface Plan {
  readonly matches: (signal: Signal) => boolean
  readonly warmup: number
  /** Findings a millisecond. */
  readonly accepted: number
  readonly together: number
  readonly severity: 'warning' | 'critical'
  readonly watcher: string
}

class NoveltyWatcher implements Watcher<NoveltyState> {
  readonly name: string
  /** When each series of this process was last noted. */
  readonly #noted = new WeakMap<Signal, number>()

  constructor(private readonly plan: Plan) {
    this.name = `${plan.watcher}@1`
  }

  matches(signal: Signal): boolean {
    return this.plan.matches(signal)
  }

  group(): string {
    return this.plan.watcher
  }

  start(): NoveltyState {
    return { seen: emptySeen(), first: -1, fresh: 0, left: AT_ONCE, leftAt: -1, open: null }
  }

  push(state: NoveltyState, value: number, time: number, signal: Signal): readonly Finding[] {
    if (value === 0) return NONE
    const noted = this.#noted.get(signal)
    if (noted !== undefined && time - noted < AGAIN) return NONE
    this.#noted.set(signal, time)
    if (state.first < 0) state.first = time
    if (noteSeen(state.seen, identityOf(signal)) || time - state.first < this.plan.warmup) return NONE
    state.fresh++
    return this.#tell(state, value, time, signal)
  }

  tick(state: NoveltyState, time: number): readonly Finding[] {
    const { open } = state
    if (!open || time - open.at < this.plan.together) return NONE
    state.open = null
    return [this.#finding(open, time, 'closed')]
  }

  #tell(state: NoveltyState, value: number, time: number, signal: Signal): readonly Finding[] {
    const { open } = state
    if (open) {
      open.others++
      open.at = time
      return [this.#finding(open, time, 'open')]
    }
    const { accepted, together } = this.plan
    const passed = state.leftAt < 0 ? 0 : time - state.leftAt
    state.left = Math.min(AT_ONCE, state.left + accepted * passed)
    state.leftAt = time
    if (state.left < 1) return NONE
    state.left--
    const lived = Math.max(together, time - state.first)
    const score = sigmasOf(-Math.expm1((-state.fresh * together) / lived))
    const summary = `${nameOf(signal)} is new: it was never seen before, in ${describe(lived)}`
    state.open = { signal, openedAt: time, score, value, summary, others: 0, at: time }
    return [this.#finding(state.open, time, 'open')]
  }

  #finding({ signal, openedAt, score, value, summary, others }: Newcomer, time: number, state: State): Finding {
    const { watcher, severity } = this.plan
    const more = others > 0 ? `${summary}; and ${others} more` : summary
    return {
      id: idOf('f', watcher, openedAt, identityOf(signal)),
      watcher,
      signal,
      state,
      severity,
      score,
      value,
      since: openedAt,
      openedAt,
      updatedAt: time,
      summary: more,
      ...(state === 'closed' && { closedAt: time }),
    }
  }
}
