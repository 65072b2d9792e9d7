import { seasonal } from '../detect/index.js'
import {
  atOnce,
  type Detector,
  type Duration,
  duration,
  type Finding,
  matcher,
  NONE,
  numberIn,
  OWN_PREFIX,
  oneOf,
  type Selector,
  type Signal,
  show,
  textIn,
  type Watcher,
} from '../model/index.js'
import { close, type Episode, follow, type Limits, open, pending, silent } from './episode.js'

/** How {@link anomaly} watches. */
export interface AnomalyOptions {
  /** Which signals. @defaultValue every signal but the library's own */
  readonly signal?: Selector
  /** What scores them. @defaultValue `seasonal()` */
  // biome-ignore lint/suspicious/noExplicitAny: a detector's memory is its own business
  readonly detector?: Detector<any>
  /** Sigmas from which a value counts as abnormal. From 1 to 1,000. @defaultValue 5 */
  readonly threshold?: number
  /** Sigmas under which it counts as normal again. From 0 to `threshold`. @defaultValue 0.6 × `threshold` */
  readonly closeBelow?: number
  /** Sigmas from which the finding is critical. At least `threshold`. @defaultValue 4 × `threshold` */
  readonly critical?: number
  /** For how long it must be abnormal, without a normal value between, before the finding opens. @defaultValue `'30s'` */
  readonly minDuration?: Duration
  /** For how long it must be normal before the finding closes. @defaultValue `'1m'` */
  readonly closeAfter?: Duration
  /** A finding whose signal falls silent closes after this. @defaultValue `'15m'` */
  readonly staleAfter?: Duration
  /** Whether high values, low values or both are abnormal; needs a detector that says what it expects. @defaultValue `'both'` */
  readonly direction?: 'both' | 'above' | 'below'
  /** The `watcher` of its findings; name one where several watch with the same detector. @defaultValue `'anomaly'` */
  readonly name?: string
}

/** The memory for one signal: the detector's, and the deviation under way. */
export interface AnomalyState {
  readonly memory: unknown
  episode: Episode | null
}

/**
 * Finds values that a detector did not expect: one finding a signal and deviation, not one a value.
 *
 * It opens when the score has stayed at `threshold` or above for `minDuration`, is updated when it turns critical, and closes
 * when the score has stayed under `closeBelow` for `closeAfter`. One value alone opens nothing unless `minDuration` is 0.
 * O(detector) a value; allocates nothing while all is well.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * anomaly()
 * anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }), direction: 'above' })
 */
export function anomaly(options: AnomalyOptions = {}): Watcher<AnomalyState> {
  const { detector = seasonal(), direction = 'both' } = options
  oneOf('anomaly.direction', direction, ['both', 'above', 'below'])
  const limits = limitsOf(options)
  const name = `${limits.watcher}@1:${detector.name}${typeof options.signal === 'string' ? `:${options.signal}` : ''}`
  const matches = options.signal === undefined ? notOurs : matcher('anomaly.signal', options.signal)
  return new AnomalyWatcher(name, matches, detector, limits, direction)
}

function notOurs(signal: Signal): boolean {
  return !signal.name.startsWith(OWN_PREFIX)
}

function limitsOf(options: AnomalyOptions): Limits {
  const threshold = numberIn('anomaly.threshold', options.threshold ?? 5, 1, 1_000)
  return {
    watcher: textIn('anomaly.name', options.name ?? 'anomaly', 100),
    threshold,
    closeBelow: numberIn('anomaly.closeBelow', options.closeBelow ?? 0.6 * threshold, 0, threshold),
    critical: numberIn('anomaly.critical', options.critical ?? 4 * threshold, threshold, Number.MAX_VALUE),
    minDuration: duration('anomaly.minDuration', options.minDuration ?? '30s', { min: 0 }),
    closeAfter: duration('anomaly.closeAfter', options.closeAfter ?? '1m', { min: 0 }),
    staleAfter: duration('anomaly.staleAfter', options.staleAfter ?? '15m'),
  }
}

class AnomalyWatcher implements Watcher<AnomalyState> {
  constructor(
    readonly name: string,
    readonly matches: (signal: Signal) => boolean,
    private readonly detector: Detector,
    private readonly limits: Limits,
    private readonly direction: 'both' | 'above' | 'below',
  ) {}

  start(): AnomalyState {
    return { memory: this.detector.start(), episode: null }
  }

  push(state: AnomalyState, value: number, time: number, signal: Signal): readonly Finding[] {
    const score = this.detector.score(state.memory, value, time)
    if (typeof score !== 'number')
      throw new Error(`${this.detector.name} must score by a number, got ${show(atOnce(this.name, score))}`)
    const quiet = state.episode === null && !(score >= this.limits.threshold)
    const findings = quiet ? NONE : this.#judge(state, score, value, time, signal)
    const learned: unknown = this.detector.learn(state.memory, value, time)
    if (learned !== undefined) atOnce(this.detector.name, learned)
    return findings
  }

  tick(state: AnomalyState, time: number, signal: Signal): readonly Finding[] {
    const { episode } = state
    if (episode === null || time - episode.seen < this.limits.staleAfter) return NONE
    state.episode = null
    return episode.openedAt < 0 ? NONE : [silent(episode, signal, time, this.limits)]
  }

  /** The detector's band is asked for before it learns the value: what was expected, not what is expected now. */
  #judge(state: AnomalyState, score: number, value: number, time: number, signal: Signal): readonly Finding[] {
    const band = atOnce(this.detector.name, this.detector.expect?.(state.memory, time))
    const above = band === undefined || value >= band.value
    const wrongWay = this.direction !== 'both' && band !== undefined && above !== (this.direction === 'above')
    const felt = wrongWay ? 0 : score
    if (state.episode === null && !(felt >= this.limits.threshold)) return NONE
    state.episode ??= pending(time)
    const episode = state.episode
    const step = follow(episode, felt, value, time, band, this.limits)
    if (step === 'over') state.episode = null
    if (step === 'opened' || step === 'worsened') return [open(episode, signal, time, this.limits)]
    return step === 'over' && episode.openedAt >= 0 ? [close(episode, signal, time, this.limits)] : NONE
  }
}
