import { ConfigError, type Duration, duration, integerIn, numberIn, textIn } from '../model/index.js'
import type { IntakeLimits } from './intake.js'

/** The limits of `tee()` and `tap()`. */
export interface IntakeOptions {
  /** Tells it from others of its kind in one monitor. @defaultValue `'tee'`, or `'tap'` */
  readonly name?: string
  /**
   * Series (attribute sets of all metrics together) at the most; further ones are counted and not observed. From 1 to 1,000,000.
   * A histogram series makes up to five signals, six with a limit of `within`. @defaultValue 10,000
   */
  readonly maxSeries?: number
  /**
   * A series that was not reported for so long is dropped; sooner when there is no room for new ones. Until then a delta
   * counter that stands still counts as 0. From 1 s to 30 d. @defaultValue `'15m'`
   */
  readonly forget?: Duration
  /**
   * Limits of histograms, above 0, by metric name: `{ 'http.server.request.duration': 0.3 }`. How many recordings a second are at or below it becomes a signal,
   * `http.server.request.duration.within.rate`, which an `objective()` counts as good. Exact where a bucket ends at the limit. At most 100. @defaultValue none
   */
  readonly within?: Readonly<Record<string, number>>
}

const MOST_LIMITS = 100

/** Their names. */
export const INTAKE_OPTIONS: readonly (keyof IntakeOptions)[] = ['name', 'maxSeries', 'forget', 'within']

/** Of options that hold more, those of an intake. */
export function intakeOptionsIn(options: IntakeOptions): IntakeOptions {
  const own = Object.entries(options).filter(([key]) => (INTAKE_OPTIONS as readonly string[]).includes(key))
  return Object.fromEntries(own)
}

/** @throws ConfigError naming the field. */
export function limitsOf(factory: string, options: IntakeOptions): IntakeLimits {
  return {
    name: textIn(`${factory}.name`, options.name ?? factory),
    maxSeries: integerIn(`${factory}.maxSeries`, options.maxSeries ?? 10_000, 1, 1_000_000),
    forget: duration(`${factory}.forget`, options.forget ?? '15m', { min: 1e3, max: 30 * 864e5 }),
    within: withinOf(`${factory}.within`, options.within ?? {}),
  }
}

function withinOf(field: string, limits: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  if (typeof limits !== 'object' || limits === null || Object.keys(limits).length > MOST_LIMITS)
    throw new ConfigError(field, `an object of at most ${MOST_LIMITS} limits`, limits)
  return new Map(
    Object.entries(limits).map(([name, limit]) => [name, numberIn(`${field}['${name}']`, limit, 1e-300, 1e300)]),
  )
}
