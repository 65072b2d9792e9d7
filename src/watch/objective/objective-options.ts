import {
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  integerIn,
  matcher,
  numberIn,
  type Selector,
  type Signal,
  textIn,
} from '../../model/index.js'
import type { Budget } from './burn.js'

/** What a service promises. Either two of `good`, `bad` and `total`, or a `signal` with a limit. */
export interface ObjectiveOptions {
  /** Names it in findings, in `status()` and in exported metrics. */
  readonly name: string
  /** The part that must be good; from 0.5 to 0.99999. */
  readonly target: number
  /** Over which time; from 1 d to 30 d, or since the beginning of the calendar week or month (UTC). @defaultValue `'30d'` */
  readonly window?: Duration | 'week' | 'month'
  /** Events that went well: counters, as the `.rate` signals that the OpenTelemetry room makes of them, or signals of your own that count. */
  readonly good?: Selector
  /** Events that went wrong. */
  readonly bad?: Selector
  /** All events. */
  readonly total?: Selector
  /** A signal whose time within its limit is good, such as a latency's p95, a freshness, a throughput or a health check. */
  readonly signal?: Selector
  /** The signal is good at or below this, in its unit. */
  readonly below?: number
  /** The signal is good at or above this, in its unit. */
  readonly above?: number
  /** Bad events below which nothing is found; from 1 to 1,000,000. @defaultValue 3 */
  readonly minBad?: number
}

/** The options, checked. */
export interface ObjectivePlan extends Budget {
  readonly name: string
  readonly target: number
  readonly calendar: 'week' | 'month' | undefined
  readonly parts: readonly Part[]
}

/** How a kind of signal counts. */
export interface Part {
  readonly matches: (signal: Signal) => boolean
  /** What it adds to the bad and to the total, for `amount` events or milliseconds. */
  readonly bad: number
  readonly total: number
  /** Set where time is counted: whether a value is good. */
  readonly isGood?: (value: number) => boolean
}

const DAY = 864e5
const HOUR = 36e5

/** @throws ConfigError naming the field. */
export function objectivePlan(options: ObjectiveOptions): ObjectivePlan {
  checkOptions('objective', options, [
    'name',
    'target',
    'window',
    'good',
    'bad',
    'total',
    'signal',
    'below',
    'above',
    'minBad',
  ])
  const { window = '30d' } = options
  const calendar = window === 'week' || window === 'month' ? window : undefined
  const length = calendar
    ? { week: 7 * DAY, month: 30 * DAY }[calendar]
    : duration('objective.window', window as Duration, { min: DAY, max: 30 * DAY })
  const parts = partsOf(options)
  return {
    name: textIn('objective.name', options.name, 100),
    target: numberIn('objective.target', options.target, 0.5, 0.99999),
    allowed: 1 - options.target,
    window: length,
    calendar,
    minBad: integerIn('objective.minBad', options.minBad ?? 3, 1, 1_000_000),
    counts: options.signal === undefined,
    coarse: HOUR,
    parts,
  }
}

function partsOf(options: ObjectiveOptions): readonly Part[] {
  const { good, bad, total, signal } = options
  const part = (field: 'good' | 'bad' | 'total', adds: Pick<Part, 'bad' | 'total'>): Part => ({
    matches: matcher(`objective.${field}`, options[field] as Selector),
    ...adds,
  })
  const counted = [good, bad, total].filter((one) => one !== undefined).length
  if (signal !== undefined && counted === 0) return [timed(options)]
  if (signal !== undefined || counted !== 2)
    throw new ConfigError('objective', 'two of good, bad and total, or a signal with a limit', Object.keys(options))
  if (bad === undefined) return [part('good', { bad: -1, total: 0 }), part('total', { bad: 1, total: 1 })]
  if (total === undefined) return [part('good', { bad: 0, total: 1 }), part('bad', { bad: 1, total: 1 })]
  return [part('bad', { bad: 1, total: 0 }), part('total', { bad: 0, total: 1 })]
}

function timed({ signal, below, above }: ObjectiveOptions): Part {
  if ((below === undefined) === (above === undefined))
    throw new ConfigError('objective.below', 'given, or above: one of the two', below)
  const limit = numberIn(`objective.${below === undefined ? 'above' : 'below'}`, below ?? above, -1e300, 1e300)
  const isGood = below === undefined ? (value: number) => value >= limit : (value: number) => value <= limit
  return { matches: matcher('objective.signal', signal as Selector), bad: 1, total: 1, isGood }
}
