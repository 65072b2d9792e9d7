import { within as bounded } from '../detect/level-state.js'
import { type Finding, matcher, NONE, type Rating, type Signal, type Watcher } from '../model/index.js'
import type { AnomalyState } from './anomaly-state.js'
import { silent } from './claim.js'
import { endEpisode, follow, pending } from './episode.js'
import { GAPS } from './limits.js'
import { freshState, rate, review } from './sensitivity.js'
import { closeTrend, type Exhaustion, openTrend } from './trend-claim.js'
import { type Foresight, given } from './trend-foresight.js'
import { type TrendLimits, type TrendOptions, trendLimits } from './trend-options.js'
import { OUT_OF_SIGHT, type Outlook, REACHED } from './trend-outlook.js'
import { Rises } from './trend-rise.js'

/** The memory of {@link trend} for one signal. */
export interface TrendState {
  /** The forecaster's. */
  readonly memory: unknown
  /** Values beyond the limit, less those within it, from 0 to 8; and whether it has been reached: from 8 until 0. */
  over: number
  isOver: boolean
  /** When the signal was heard first, and when the forecast was looked at last; -1 before that. */
  first: number
  looked: number
  /** The crossing that was told last, in milliseconds since the epoch; -1 before any. */
  told: number
  readonly alarm: AnomalyState
}

/** The forecast is looked at so often in the time asked for, but within these bounds in milliseconds. */
const LOOKS = 1000
const LEAST = 1_000
const MOST = 30_000
/** A crossing that has moved by so much of the time that was left is told again... */
const MOVED = 0.25
/** ...and by no less than this part of `within`. */
const LEAST_MOVED = 200
/** So many more values beyond the limit than within it, and it is reached. */
const SURELY = 8
/** While it is not known whether what rises falls again, it is followed for no longer than this part of the time that it has been watched. */
const YOUNG_REACH = 0.05

/**
 * Watches for what will cross its limit: a disk that fills, memory that leaks, descriptors and connections that run out, a battery
 * that empties, a certificate that expires. The finding says when, and the band of that.
 *
 * It opens when the level's crossing is in sight within `within`, with the stated `confidence`, for `minDuration`; is told again when the time has moved by a
 * quarter of what was left, and when it turns critical; closes when the crossing has been out of sight for `closeAfter`. What has reached its limit is told, too.
 *
 * What fills and is emptied again, by a log rotation or a garbage collector, is no trend. The line of the present rise is followed twice as far ahead as
 * the rise has lasted, and only once it has come further than rises usually do. Where rises and falls together go up, a line through all of them is followed as far
 * ahead as it has held. With a `forecaster` of yours none of this counts: what it foretells is believed.
 *
 * O(forecaster) a value; a look ahead at most once a second, at least every 30 s. Some 2,200 numbers of state, half of them of 4 bytes.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * trend({ signal: 'system.filesystem.utilization', limit: 0.95, within: '2d' })
 * trend({ signal: 'hw.battery.charge', limit: { below: 0.1 }, within: '1h' })
 */
export function trend(options: TrendOptions): Watcher<TrendState> {
  const limits = trendLimits(options)
  const foresight: Foresight = options.forecaster === undefined ? new Rises(limits) : given(options.forecaster, limits)
  const kind = typeof options.signal === 'string' ? `:${options.signal}` : ''
  const name = `${limits.watcher}@1:${foresight.name}${kind}`
  return new TrendWatcher(name, matcher('trend.signal', options.signal), foresight, limits)
}

class TrendWatcher implements Watcher<TrendState> {
  readonly #every: number

  constructor(
    readonly name: string,
    readonly matches: (signal: Signal) => boolean,
    private readonly foresight: Foresight,
    private readonly limits: TrendLimits,
  ) {
    this.#every = Math.min(MOST, Math.max(LEAST, limits.within / LOOKS))
  }

  start(): TrendState {
    const alarm = freshState(null, this.limits)
    return { memory: this.foresight.start(), over: 0, isOver: false, first: -1, looked: -1, told: -1, alarm }
  }

  push(state: TrendState, value: number, time: number, signal: Signal): readonly Finding[] {
    const { alarm } = state
    const height = this.limits.sign * bounded(value)
    weigh(state, height >= this.limits.limit)
    this.foresight.learn(state.memory, height, time)
    if (state.looked >= 0 && time - state.looked < this.#every) return NONE
    if (state.first < 0) state.first = time
    alarm.gap = state.looked < 0 ? 0 : time - state.looked
    state.looked = time
    return this.#judge(state, this.#look(state, time), value, time, signal)
  }

  tick(state: TrendState, time: number, signal: Signal): readonly Finding[] {
    const { alarm } = state
    review(alarm, time, this.limits)
    const { episode } = alarm
    if (episode === null || time - episode.seen < Math.max(this.limits.staleAfter, GAPS * alarm.gap)) return NONE
    return endEpisode(state.alarm, time) ? [silent(episode, signal, time, this.limits.watcher)] : NONE
  }

  feedback({ alarm }: TrendState, rating: Rating, finding: Finding): void {
    if (finding.watcher === this.limits.watcher) rate(alarm, rating, this.limits)
  }

  #look(state: TrendState, time: number): Outlook {
    if (state.isOver) return REACHED
    const ahead = this.foresight.look(state.memory, time)
    const age = time - state.first
    if (age < this.limits.warmup && ahead.at > YOUNG_REACH * age) return OUT_OF_SIGHT
    return { ...ahead, at: Math.max(ahead.at, this.#every) }
  }

  #judge(state: TrendState, ahead: Outlook, value: number, time: number, signal: Signal): readonly Finding[] {
    const { alarm } = state
    const { limits } = this
    const { score, statistic } = ahead
    if (alarm.episode === null && !(score >= alarm.threshold)) return NONE
    alarm.episode ??= pending(time, 0)
    const { episode } = alarm
    const step = follow(episode, { score, value, time, band: null, statistic }, alarm, limits)
    if (step === 'over') return endEpisode(state.alarm, time) ? [closeTrend(episode, signal, time, limits)] : NONE
    if (episode.openedAt < 0 || !(score >= alarm.threshold)) return NONE
    const { at, low, high } = ahead
    const exhaustion = { at: time + at, low: time + low, high: time + high }
    const isNews = step === 'opened' || this.#worsens(episode.severity, at) || hasMoved(state, exhaustion, time, limits)
    if (!isNews) return NONE
    if (at <= limits.nearer) episode.severity = 'critical'
    episode.statistic = statistic
    state.told = exhaustion.at
    return [openTrend(episode, exhaustion, signal, time, limits)]
  }

  #worsens(severity: string, at: number): boolean {
    return severity !== 'critical' && at <= this.limits.nearer
  }
}

/** Noise about the limit is no crossing, and no return. */
function weigh(state: TrendState, isBeyond: boolean): void {
  state.over = Math.max(0, Math.min(SURELY, state.over + (isBeyond ? 1 : -1)))
  if (state.over === SURELY) state.isOver = true
  else if (state.over === 0) state.isOver = false
}

/** Whether it is worth telling again. What has been reached is reached. */
function hasMoved({ told }: TrendState, { at }: Exhaustion, time: number, { within }: TrendLimits): boolean {
  const isOver = at <= time && told <= time
  return !isOver && Math.abs(at - told) > Math.max(MOVED * (told - time), within / LEAST_MOVED)
}
