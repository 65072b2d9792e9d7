import {
  type Budget,
  budget,
  ConfigError,
  checkOptions,
  type Detector,
  type Duration,
  duration,
  numberIn,
  oneOf,
  type Selector,
  textIn,
} from '../model/index.js'

/** How `anomaly()` watches. */
export interface AnomalyOptions {
  /** Which signals. @defaultValue every signal but the library's own */
  readonly signal?: Selector
  /** What scores them. @defaultValue `auto()` */
  // biome-ignore lint/suspicious/noExplicitAny: a detector's memory is its own business
  readonly detector?: Detector<any>
  /** Sigmas from which a value counts as abnormal. From 1 to 1,000. @defaultValue as `budget` or the monitor's has it, else 4.25 */
  readonly threshold?: number
  /**
   * How many false findings are accepted for each signal: the threshold then follows from how often the signal is observed.
   * As true as the detector's scores are calibrated. Not together with `threshold`. @defaultValue a share of the monitor's
   */
  readonly budget?: Budget
  /** Sigmas under which it counts as normal again. From 0 to `threshold`. @defaultValue 0.6 × `threshold` */
  readonly closeBelow?: number
  /** Sigmas from which the finding is critical. At least `threshold`. @defaultValue 2 × `threshold` */
  readonly critical?: number
  /**
   * For how long it must be abnormal, without a normal value between, before the finding opens. Each value stands for the time
   * since the one before. @defaultValue `'30s'`
   */
  readonly minDuration?: Duration
  /** For how long it must be normal before the finding closes. @defaultValue `'1m'` */
  readonly closeAfter?: Duration
  /**
   * A deviation that begins so soon after a close, or within four intervals of the signal, opens the same finding again, not
   * another; with 0 it never does. @defaultValue `'5m'`
   */
  readonly cooldown?: Duration
  /** A finding whose signal falls silent closes after this, or after three times its usual interval. @defaultValue `'15m'` */
  readonly staleAfter?: Duration
  /** Whether high values, low values or both are abnormal; needs a detector that says what it expects. @defaultValue `'both'` */
  readonly direction?: 'both' | 'above' | 'below'
  /** The `watcher` of its findings; name one where several watch with the same detector. @defaultValue `'anomaly'` */
  readonly name?: string
}

/** The options of `anomaly()`, checked; times in milliseconds. */
export interface Limits {
  readonly watcher: string
  /** Sigmas, while no budget decides. */
  readonly threshold: number
  /** False findings a millisecond that are accepted for each signal; 0 without a budget. */
  readonly accepted: number
  /** Whether the monitor's budget counts: neither a threshold nor a budget was given. */
  readonly shares: boolean
  /** Sigmas; `undefined` follows the threshold. */
  readonly closeBelow: number | undefined
  readonly critical: number | undefined
  readonly minDuration: number
  readonly closeAfter: number
  readonly cooldown: number
  readonly staleAfter: number
  readonly direction: 'both' | 'above' | 'below'
}

const THRESHOLD = 4.25
/** So many gaps between observations are no silence yet, where that is longer than `staleAfter`. */
export const GAPS = 3
const HIGHEST = 1_000

const OPTIONS: readonly (keyof AnomalyOptions)[] = [
  'signal',
  'detector',
  'threshold',
  'budget',
  'closeBelow',
  'critical',
  'minDuration',
  'closeAfter',
  'cooldown',
  'staleAfter',
  'direction',
  'name',
]

/** @throws ConfigError when an option is out of range. */
export function limitsOf(options: AnomalyOptions): Limits {
  checkOptions('anomaly', options, OPTIONS)
  const threshold = numberIn('anomaly.threshold', options.threshold ?? THRESHOLD, 1, HIGHEST)
  const accepted = acceptedBy(options)
  const [least, most] = accepted > 0 ? [1, HIGHEST] : [threshold, threshold]
  return {
    watcher: textIn('anomaly.name', options.name ?? 'anomaly', 100),
    threshold,
    accepted,
    shares: options.threshold === undefined && options.budget === undefined,
    closeBelow: given(options.closeBelow, (value) => numberIn('anomaly.closeBelow', value, 0, most)),
    critical: given(options.critical, (value) => numberIn('anomaly.critical', value, least, Number.MAX_VALUE)),
    minDuration: duration('anomaly.minDuration', options.minDuration ?? '30s', { min: 0 }),
    closeAfter: duration('anomaly.closeAfter', options.closeAfter ?? '1m', { min: 0 }),
    cooldown: duration('anomaly.cooldown', options.cooldown ?? '5m', { min: 0 }),
    staleAfter: duration('anomaly.staleAfter', options.staleAfter ?? '15m'),
    direction: oneOf('anomaly.direction', options.direction ?? 'both', ['both', 'above', 'below']),
  }
}

function acceptedBy({ threshold, budget: accepted }: AnomalyOptions): number {
  if (accepted === undefined) return 0
  if (threshold !== undefined) throw new ConfigError('anomaly.budget', 'left out where a threshold is given', accepted)
  return budget('anomaly.budget', accepted)
}

function given(value: number | undefined, check: (value: number) => number): number | undefined {
  return value === undefined ? undefined : check(value)
}
