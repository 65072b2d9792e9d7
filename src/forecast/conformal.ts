import { NEVER, within } from '../detect/level-state.js'
import { emptyHorizons, type Horizons, learnErrors, spread, spreadAt } from '../math/horizons.js'
import { wait } from '../math/waiting.js'
import { atOnce, checkOptions, type Forecast, type Forecaster, numberIn, partIn } from '../model/index.js'

/** Options of every forecaster of this room. */
export interface ForecastOptions {
  /**
   * How wide the interval is, as the sigmas of a Gaussian that leave as much outside: 1.28 for 80 %, 1.96 for 95 %, 3 for 99.7 %.
   * From 0.1 to 6. @defaultValue 3
   */
  readonly sigmas?: number
}

/** Memory of {@link conformal}: the forecaster's, and its errors. */
export interface ConformalState<S = unknown> {
  readonly memory: S
  readonly errors: Horizons
}

/** A forecaster of values alone: {@link calibratedBy} adds the interval. Values and times that it learns are finite, and times never go back. */
export interface Plain<S> {
  start(): S
  learn(memory: S, value: number, time: number): void
  /** The value `ahead` milliseconds after `time`; `NaN` is no opinion. */
  foretell(memory: S, time: number, ahead: number): number
}

const SIGMAS = 3

/**
 * Any forecaster, with an interval from the errors that it has made: what it said of 1, 4, 16 … 16,384 steps ahead is kept until the
 * time comes, and the last 64 errors at each of these horizons say how far off it may be at such a horizon.
 *
 *     low = value + the error that was undercut in a share of P(Z < −sigmas)        high = value + the one exceeded as often
 *
 * Holds for any distribution of errors, as long as the coming ones are like the last 64; what is rarer than they can show is
 * taken to lie as far out as in an exponential tail. Errors that go together, as those of forecasts that overlap do, count for less, by Bartlett's formula. Beyond the longest horizon at which there have been 8 errors yet, the interval grows as it did up to it, from the fourth root of time to
 * time itself. No opinion before 8 errors. Use it for a forecaster of your own; those of this
 * room have it built in. Adds O(1) a value and 590 numbers of state, most of 4 bytes; O(64 log 64) a forecast.
 *
 * @throws ConfigError when it is no forecaster, or an option is out of its range.
 * @example
 * const honest = conformal(mine, { sigmas: 1.96 })
 * @see Lei et al., "Distribution-free predictive inference for regression", 2018.
 */
export function conformal<S>(forecaster: Forecaster<S>, options: ForecastOptions = {}): Forecaster<ConformalState<S>> {
  checkOptions('conformal', options, ['sigmas'])
  partIn('conformal.forecaster', forecaster, ['start', 'learn', 'forecast'])
  const { name } = forecaster
  const plain: Plain<S> = {
    start: () => forecaster.start(),
    learn(memory, value, time) {
      const learned: unknown = forecaster.learn(memory, value, time)
      if (learned !== undefined) atOnce(name, learned)
    },
    foretell: (memory, time, ahead) => atOnce(name, forecaster.forecast(memory, time, ahead))?.value ?? Number.NaN,
  }
  return calibratedBy('conformal', `conformal@1(${name})`, plain, options)
}

/** The same for the forecasters of this room. */
export function calibratedBy<S>(
  of: string,
  name: string,
  plain: Plain<S>,
  options: ForecastOptions,
): Forecaster<ConformalState<S>> {
  const sigmas = numberIn(`${of}.sigmas`, options.sigmas ?? SIGMAS, 0.1, 6)
  const foretell = (memory: S, time: number, ahead: number): number => within(plain.foretell(memory, time, ahead))
  return {
    name,
    start: () => ({ memory: plain.start(), errors: emptyHorizons() }),
    learn({ memory, errors }, value, time) {
      if (Number.isNaN(value)) return
      const now = Math.max(time, errors.time)
      learnErrors(errors, within(value), now)
      plain.learn(memory, within(value), now)
      wait(errors, (ahead) => foretell(memory, now, ahead))
    },
    forecast({ memory, errors }, time, ahead): Forecast | undefined {
      if (errors.time === NEVER) return undefined
      const value = foretell(memory, time, ahead)
      const known = spreadAt(errors, Math.max(0, time + ahead - errors.time), sigmas)
      if (!known || Number.isNaN(value)) return undefined
      const [below, above] = spread as unknown as [number, number]
      return { value, low: Math.min(value, within(value - below)), high: Math.max(value, within(value + above)) }
    },
  }
}
