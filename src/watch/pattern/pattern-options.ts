import {
  ATTRIBUTE,
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

/** What `pattern()` looks for in the events of `monitor.event()`. */
export interface PatternOptions {
  /** Which events, by name: `'login.*'`, a list of names. @defaultValue every event */
  readonly event?: string | readonly string[]
  /** The attribute that says whose an event is: `'client.address'`, `'user.id'`. */
  readonly by: string
  /** An attribute of which many different values for one of `by` are odd: the accounts that one address tries. @defaultValue none */
  readonly distinct?: string
  /** Attributes of which a value that was never seen is odd, where new ones are rare. At most 8. @defaultValue none */
  readonly novel?: readonly string[]
  /** Pairs of attributes whose values go together in some combinations only: a role and an action. At most 4. @defaultValue none */
  readonly pairs?: readonly (readonly [string, string])[]
  /** Whether what follows what, for each of `by`, is looked at; for several kinds of events. @defaultValue false */
  readonly sequences?: boolean
  /** Events are counted over so long; from 1 s to 1 h. @defaultValue `'1m'` */
  readonly every?: Duration
  /** Sigmas from which a count is odd; from 3 to 100. @defaultValue 5 */
  readonly threshold?: number
  /** Counts below this are never told; from 1 to 1,000,000. @defaultValue 10 */
  readonly least?: number
  /** For how long everything is only learned: a day and a night. From 0 to 30 d. @defaultValue `'1d'` */
  readonly warmup?: Duration
  /** The `watcher` of its findings: name one where there are several. @defaultValue `'pattern'` */
  readonly name?: string
}

/** The options, checked; times in milliseconds. */
export interface PatternPlan {
  readonly watcher: string
  readonly matches: (event: string) => boolean
  readonly by: string
  readonly distinct: string | undefined
  readonly novel: readonly string[]
  readonly pairs: readonly (readonly [string, string])[]
  readonly sequences: boolean
  readonly every: number
  readonly threshold: number
  readonly least: number
  readonly warmup: number
}

const OPTIONS: readonly (keyof PatternOptions)[] = [
  'event',
  'by',
  'distinct',
  'novel',
  'pairs',
  'sequences',
  'every',
  'threshold',
  'least',
  'warmup',
  'name',
]
const DAY = 864e5

/** @throws ConfigError naming the field. */
export function patternPlan(options: PatternOptions): PatternPlan {
  checkOptions('pattern', options, OPTIONS)
  const { novel = [], pairs = [] } = options
  if (!Array.isArray(novel) || novel.length > 8) throw new ConfigError('pattern.novel', 'a list of at most 8', novel)
  if (!Array.isArray(pairs) || pairs.length > 4) throw new ConfigError('pattern.pairs', 'a list of at most 4', pairs)
  const matches = matcher('pattern.event', (options.event ?? '*') as Selector)
  return {
    watcher: textIn('pattern.name', options.name ?? 'pattern', 100),
    matches: (event) => matches({ name: event, unit: '1', attributes: {} }),
    by: textIn('pattern.by', options.by),
    distinct: options.distinct === undefined ? undefined : textIn('pattern.distinct', options.distinct),
    novel: novel.map((attribute, i) => textIn(`pattern.novel[${i}]`, attribute)),
    pairs: pairs.map((pair, i) => pairIn(`pattern.pairs[${i}]`, pair)),
    sequences: options.sequences === true,
    every: duration('pattern.every', options.every ?? '1m', { min: 1_000, max: 36e5 }),
    threshold: numberIn('pattern.threshold', options.threshold ?? 5, 3, 100),
    least: integerIn('pattern.least', options.least ?? 10, 1, 1_000_000),
    warmup: duration('pattern.warmup', options.warmup ?? '1d', { min: 0, max: 30 * DAY }),
  }
}

function pairIn(field: string, pair: readonly [string, string]): readonly [string, string] {
  if (!Array.isArray(pair) || pair.length !== 2) throw new ConfigError(field, 'two attributes', pair)
  return [textIn(`${field}[0]`, pair[0]), textIn(`${field}[1]`, pair[1])]
}

/** The name of the event that a signal stands for. */
export function eventOf({ attributes }: Signal): string {
  return String(attributes[ATTRIBUTE.eventName])
}
