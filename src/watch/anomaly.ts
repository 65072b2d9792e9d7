import { AUTO } from '../detect/auto-name.js'
import {
  atOnce,
  type Detector,
  type Finding,
  isOurs,
  matcher,
  NONE,
  type Rating,
  type Signal,
  show,
  verbsIn,
  type Watcher,
} from '../model/index.js'
import type { AnomalyState } from './anomaly-state.js'
import { close, open, silent } from './claim.js'
import { endEpisode, follow, pending, type Reading } from './episode.js'
import { type AnomalyOptions, GAPS, type Limits, limitsOf } from './limits.js'
import { accept, freshState, rate, review } from './sensitivity.js'

/** What a detector says of its statistic is cut to so many characters. */
const LONGEST = 100
/** Gaps are told apart up to 12 days. */
const LONGEST_GAP = 2 ** 30

/**
 * Finds values that a detector did not expect: one finding a signal and deviation, not one a value.
 *
 * It opens when the score has stayed at `threshold` or above for `minDuration`, is updated when it turns critical, and closes
 * when the score has stayed under `closeBelow` for `closeAfter`. A value stands for the time since the one before: of a signal
 * that is observed every ten seconds three in a row open a finding, of one that is observed every minute each does.
 * A deviation that begins within `cooldown` of the close opens the same finding again.
 *
 * The threshold is fixed, or follows from a budget of false findings; feedback moves it for the signal that it was about.
 * O(detector) a value; allocates nothing while all is well. `auto()`, the default detector, is loaded with the monitor's start.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * anomaly()
 * anomaly({ budget: '1 per 7d' })
 * anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }), direction: 'above' })
 */
export function anomaly(options: AnomalyOptions = {}): Watcher<AnomalyState> {
  const limits = limitsOf(options)
  const detector = verbsIn('anomaly.detector', options.detector ?? UNLOADED, ['start', 'score', 'learn'])
  const name = `${limits.watcher}@2:${detector.name}${typeof options.signal === 'string' ? `:${options.signal}` : ''}`
  const matches = options.signal === undefined ? notOurs : matcher('anomaly.signal', options.signal)
  return new AnomalyWatcher(name, matches, detector, limits)
}

/** Stands for `auto()` until that is loaded. */
const UNLOADED: Detector = { name: AUTO, start: unloaded, score: unloaded, learn: unloaded }

function unloaded(): never {
  throw new Error('anomaly() is asked before it is loaded')
}

function notOurs(signal: Signal): boolean {
  return !isOurs(signal.name)
}

class AnomalyWatcher implements Watcher<AnomalyState> {
  readonly load?: () => Promise<void>

  constructor(
    readonly name: string,
    readonly matches: (signal: Signal) => boolean,
    private detector: Detector,
    private readonly limits: Limits,
  ) {
    if (detector !== UNLOADED) return
    this.load = async () => {
      const { auto } = await import('../detect/auto.js')
      this.detector = auto()
    }
  }

  start(): AnomalyState {
    return freshState(this.detector.start(), this.limits)
  }

  push(state: AnomalyState, value: number, time: number, signal: Signal): readonly Finding[] {
    const score = this.detector.score(state.memory, value, time)
    if (typeof score !== 'number')
      throw new Error(`${this.detector.name} must score by a number, got ${show(atOnce(this.name, score))}`)
    if (state.accepted > 0) state.looks++
    const now = time | 0
    const gap = Math.min((now - state.heard) >>> 0, LONGEST_GAP)
    const stands = Math.min(gap, state.gap)
    state.heard = now
    state.gap = gap
    const quiet = state.episode === null && !(score >= state.threshold)
    const findings = quiet ? NONE : this.#judge(state, this.#read(state, score, value, time), stands, signal)
    const learned: unknown = this.detector.learn(state.memory, value, time)
    if (learned !== undefined) atOnce(this.detector.name, learned)
    return findings
  }

  tick(state: AnomalyState, time: number, signal: Signal): readonly Finding[] {
    review(state, time, this.limits)
    const { episode } = state
    if (episode === null || time - episode.seen < Math.max(this.limits.staleAfter, GAPS * state.gap)) return NONE
    return endEpisode(state, time) ? [silent(episode, signal, time, this.limits.watcher)] : NONE
  }

  share(state: AnomalyState, share: number): number {
    if (!this.limits.shares) return this.limits.accepted
    if (share !== state.accepted) accept(state, share, this.limits)
    return share
  }

  feedback(state: AnomalyState, rating: Rating, finding: Finding): void {
    if (finding.watcher === this.limits.watcher) rate(state, rating, this.limits)
  }

  #judge(state: AnomalyState, reading: Reading, stands: number, signal: Signal): readonly Finding[] {
    if (state.episode === null && !(reading.score >= state.threshold)) return NONE
    const { time } = reading
    state.episode ??= pending(time, stands)
    const { episode } = state
    const step = follow(episode, reading, state, this.limits)
    if (step === 'opened' || step === 'worsened') return [open(episode, signal, time, this.limits.watcher)]
    return step === 'over' && endEpisode(state, time) ? [close(episode, signal, time, this.limits.watcher)] : NONE
  }

  /** The detector is asked before it learns the value: what was expected, not what is expected now. */
  #read(state: AnomalyState, score: number, value: number, time: number): Reading {
    const { detector } = this
    const { direction } = this.limits
    const band = atOnce(detector.name, detector.expect?.(state.memory, time)) ?? null
    const above = band === null || value >= band.value
    const wrongWay = direction !== 'both' && band !== null && above !== (direction === 'above')
    const statistic = score >= state.threshold ? this.#explain(state, value, time) : null
    return { score: wrongWay ? 0 : score, value, time, band, statistic }
  }

  #explain(state: AnomalyState, value: number, time: number): string | null {
    const words: unknown = atOnce(this.detector.name, this.detector.explain?.(state.memory, value, time))
    return typeof words === 'string' && words !== '' ? words.slice(0, LONGEST) : null
  }
}
