import {
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  integerIn,
  matcher,
  numberIn,
  type ObjectiveStatus,
  oneOf,
  type Selector,
  type Signal,
  textIn,
} from '../../model/index.js'
import { type BudgetLevel, levelsOf } from './budget-levels.js'
import type { Budget } from './burn.js'

/** What is counted. Either two of `good`, `bad` and `total`, or a `signal` with a limit. */
export interface ObjectiveSource {
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
}

/** One part of a composite objective. */
export interface WeightedSource extends ObjectiveSource {
  /** How much it counts beside the others; from 0.001 to 1,000. @defaultValue 1 */
  readonly weight?: number
}

/** What a service promises. */
export interface ObjectiveOptions extends ObjectiveSource {
  /** Names it in findings, in `status()` and in exported metrics. */
  readonly name: string
  /** The part that must be good; from 0.5 to 0.99999. */
  readonly target: number
  /** Over which time; from 1 d to 30 d, or since the beginning of the calendar week or month (UTC). @defaultValue `'30d'` */
  readonly window?: Duration | 'week' | 'month'
  /** Instead of one source several: a minute is as bad as they are in it, those that had no data left out. From 2 to 20. */
  readonly of?: readonly WeightedSource[]
  /** How bad several sources are together: their mean by weight, or the worst of them. @defaultValue `'mean'` */
  readonly combine?: 'mean' | 'worst'
  /**
   * Counts slices of time, a minute each by default: one in which so large a part was good is good, any other bad; without a `target` each is as bad as it
   * was, however busy. @defaultValue none: events count, or time
   */
  readonly slice?: { readonly target?: number; readonly every?: Duration }
  /** Bad events below which nothing is found; from 1 to 1,000,000. @defaultValue 3 */
  readonly minBad?: number
  /**
   * What to do when no more than a part of the budget is left: `{ '50%': warn, '0%': freeze }`. Called with the status and `true` when that is so, at
   * the start of a process as well; with `false` when more is left again. What it throws or rejects with is a counted fault.
   */
  readonly onBudget?: Readonly<Record<string, (status: ObjectiveStatus, isSpent: boolean) => unknown>>
}

/** The options, checked. */
export interface ObjectivePlan extends Budget {
  readonly name: string
  readonly target: number
  readonly calendar: 'week' | 'month' | undefined
  readonly sources: readonly Source[]
  readonly combine: 'mean' | 'worst'
  /** The length of a slice in milliseconds, and the part of it that may be bad; below 0 it is as bad as it is. */
  readonly slice: { readonly every: number; readonly allowed: number } | undefined
  readonly levels: readonly BudgetLevel[]
}

/** One source, and how much it counts. */
export interface Source {
  readonly parts: readonly Part[]
  readonly weight: number
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
const SOURCE: readonly (keyof ObjectiveSource)[] = ['good', 'bad', 'total', 'signal', 'below', 'above']
const MOST_SOURCES = 20

/** @throws ConfigError naming the field. */
export function objectivePlan(options: ObjectiveOptions): ObjectivePlan {
  const own = ['name', 'target', 'window', 'of', 'combine', 'slice', 'minBad', 'onBudget'] as const
  checkOptions('objective', options, [...own, ...SOURCE])
  const { window = '30d' } = options
  const calendar = window === 'week' || window === 'month' ? window : undefined
  const length = calendar
    ? { week: 7 * DAY, month: 30 * DAY }[calendar]
    : duration('objective.window', window as Duration, { min: DAY, max: 30 * DAY })
  const slice = sliceOf(options)
  return {
    name: textIn('objective.name', options.name, 100),
    target: numberIn('objective.target', options.target, 0.5, 0.99999),
    allowed: 1 - options.target,
    window: length,
    calendar,
    minBad: integerIn('objective.minBad', options.minBad ?? 3, 1, 1_000_000),
    counts: options.signal === undefined && slice === undefined,
    coarse: HOUR,
    sources: sourcesOf(options),
    combine: oneOf('objective.combine', options.combine ?? 'mean', ['mean', 'worst']),
    slice,
    levels: levelsOf(options.onBudget),
  }
}

function sliceOf({ slice, of }: ObjectiveOptions): ObjectivePlan['slice'] {
  if (slice === undefined) return of === undefined ? undefined : { every: 6e4, allowed: -1 }
  checkOptions('objective.slice', slice, ['target', 'every'])
  return {
    every: duration('objective.slice.every', slice.every ?? '1m', { min: 1e4, max: HOUR }),
    allowed: slice.target === undefined ? -1 : 1 - numberIn('objective.slice.target', slice.target, 0, 1),
  }
}

function sourcesOf(options: ObjectiveOptions): readonly Source[] {
  const { of } = options
  if (of === undefined) return [{ parts: partsOf('objective', options), weight: 1 }]
  const given = SOURCE.filter((field) => options[field] !== undefined)
  if (given.length > 0) throw new ConfigError(`objective.${given[0]}`, 'left out, or in a part of objective.of', of)
  if (!Array.isArray(of) || of.length < 2 || of.length > MOST_SOURCES)
    throw new ConfigError('objective.of', `a list of 2 to ${MOST_SOURCES} sources`, of)
  return of.map((one: WeightedSource, i) => {
    const field = `objective.of[${i}]`
    checkOptions(field, one, [...SOURCE, 'weight'])
    return { parts: partsOf(field, one), weight: numberIn(`${field}.weight`, one.weight ?? 1, 0.001, 1_000) }
  })
}

function partsOf(field: string, source: ObjectiveSource): readonly Part[] {
  const { good, bad, total, signal } = source
  const part = (name: 'good' | 'bad' | 'total', adds: Pick<Part, 'bad' | 'total'>): Part => ({
    matches: matcher(`${field}.${name}`, source[name] as Selector),
    ...adds,
  })
  const counted = [good, bad, total].filter((one) => one !== undefined).length
  if (signal !== undefined && counted === 0) return [timed(field, source)]
  if (signal !== undefined || counted !== 2)
    throw new ConfigError(field, 'two of good, bad and total, or a signal with a limit', Object.keys(source))
  if (bad === undefined) return [part('good', { bad: -1, total: 0 }), part('total', { bad: 1, total: 1 })]
  if (total === undefined) return [part('good', { bad: 0, total: 1 }), part('bad', { bad: 1, total: 1 })]
  return [part('bad', { bad: 1, total: 0 }), part('total', { bad: 0, total: 1 })]
}

function timed(field: string, { signal, below, above }: ObjectiveSource): Part {
  if ((below === undefined) === (above === undefined))
    throw new ConfigError(`${field}.below`, 'given, or above: one of the two', below)
  const limit = numberIn(`${field}.${below === undefined ? 'above' : 'below'}`, below ?? above, -1e300, 1e300)
  const isGood = below === undefined ? (value: number) => value >= limit : (value: number) => value <= limit
  return { matches: matcher(`${field}.signal`, signal as Selector), bad: 1, total: 1, isGood }
}
