import {
  checkOptions,
  type Duration,
  duration,
  type GroupDetector,
  numberIn,
  type Selector,
  textIn,
} from '../model/index.js'
import { GAPS, type Limits } from './limits.js'

/** How `together()` watches. */
export interface TogetherOptions {
  /** Which signals, as one group or, with `by`, as several. */
  readonly signals: Selector
  /** The `watcher` of its findings, and what they call the group. @defaultValue `'together'` */
  readonly name?: string
  /** An attribute whose every value makes a group by itself, such as `'host.name'`. @defaultValue one group */
  readonly by?: string
  /** What scores a group. @defaultValue `forest()` */
  // biome-ignore lint/suspicious/noExplicitAny: a detector's memory is its own business
  readonly detector?: GroupDetector<any>
  /** How often the last values make a vector; about as often as the signals come. From 1 ms. @defaultValue `'10s'` */
  readonly every?: Duration
  /** For how long a signal's last value stands for it. At least `every`. @defaultValue `'5m'`, or three times `every` */
  readonly hold?: Duration
  /** Sigmas from which a vector counts as abnormal. From 1 to 1,000. @defaultValue 3.35: about one normal vector in 1,200 */
  readonly threshold?: number
  /** Sigmas under which it counts as normal again. From 0 to `threshold`. @defaultValue 0.6 × `threshold` */
  readonly closeBelow?: number
  /** Sigmas from which the finding is critical. At least `threshold`. @defaultValue 1.5 × `threshold` */
  readonly critical?: number
  /** For how long it must be abnormal, without a normal vector between, before the finding opens. @defaultValue `'30s'` */
  readonly minDuration?: Duration
  /** For how long it must be normal before the finding closes. @defaultValue `'1m'` */
  readonly closeAfter?: Duration
  /** A deviation that begins so soon after a close opens the same finding again, not another. @defaultValue `'5m'` */
  readonly cooldown?: Duration
  /** A finding closes when no signal of the group has been heard for this long, and for three times `every`. @defaultValue `'15m'` */
  readonly staleAfter?: Duration
}

/** The options of `together()`, checked; times in milliseconds. */
export interface TogetherLimits extends Limits {
  readonly every: number
  readonly hold: number
}

const OPTIONS: readonly (keyof TogetherOptions)[] = [
  'signals',
  'name',
  'by',
  'detector',
  'every',
  'hold',
  'threshold',
  'closeBelow',
  'critical',
  'minDuration',
  'closeAfter',
  'cooldown',
  'staleAfter',
]

/** @throws ConfigError when an option is out of range. */
export function togetherLimits(options: TogetherOptions): TogetherLimits {
  checkOptions('together', options, OPTIONS)
  const threshold = numberIn('together.threshold', options.threshold ?? 3.35, 1, 1_000)
  const every = duration('together.every', options.every ?? '10s')
  return {
    watcher: textIn('together.name', options.name ?? 'together', 100),
    every,
    hold: duration('together.hold', options.hold ?? Math.max(300_000, 3 * every), { min: every }),
    threshold,
    accepted: 0,
    shares: false,
    closeBelow: numberIn('together.closeBelow', options.closeBelow ?? 0.6 * threshold, 0, threshold),
    critical: numberIn('together.critical', options.critical ?? 1.5 * threshold, threshold, Number.MAX_VALUE),
    minDuration: duration('together.minDuration', options.minDuration ?? '30s', { min: 0 }),
    closeAfter: duration('together.closeAfter', options.closeAfter ?? '1m', { min: 0 }),
    cooldown: duration('together.cooldown', options.cooldown ?? '5m', { min: 0 }),
    staleAfter: Math.max(GAPS * every, duration('together.staleAfter', options.staleAfter ?? '15m')),
    direction: 'both',
  }
}
