import { type Duration, duration, integerIn, textIn } from '../model/index.js'
import type { IntakeLimits } from './intake.js'

/** The limits of `tee()` and `tap()`. */
export interface IntakeOptions {
  /** Tells it from others of its kind in one monitor. @defaultValue `'tee'`, or `'tap'` */
  readonly name?: string
  /**
   * Series (attribute sets of all metrics together) at the most; further ones are counted and not observed. From 1 to 1,000,000.
   * A histogram series makes up to five signals. @defaultValue 10,000
   */
  readonly maxSeries?: number
  /**
   * A series that was not reported for so long is dropped; sooner when there is no room for new ones. Until then a delta
   * counter that stands still counts as 0. From 1 s to 30 d. @defaultValue `'15m'`
   */
  readonly forget?: Duration
}

/** Their names. */
export const INTAKE_OPTIONS: readonly (keyof IntakeOptions)[] = ['name', 'maxSeries', 'forget']

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
  }
}
