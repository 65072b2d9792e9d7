import { accumulate, type Cusum, evidence } from '../math/cusum.js'
import { forgetting } from '../math/forgetting.js'
import { logTailOf, sigmasOfLog } from '../math/normal.js'
import { checkOptions, type Detector, type Duration, duration, numberIn } from '../model/index.js'
import {
  type ChangeState,
  creditOf,
  deviation,
  emptyChange,
  learnInterval,
  learnUsual,
  nearby,
  sizeOf,
  startOver,
} from './change-state.js'
import { band, level } from './level.js'

/** Options of {@link change}. */
export interface ChangeOptions {
  /** How long until an observation counts half in the baseline. @defaultValue `'6h'` */
  readonly halfLife?: Duration
  /** No opinion before the series is this old, nor before 64 observations. @defaultValue `'10m'` */
  readonly warmup?: Duration
  /** How long a change must have been seen to become the new normal. @defaultValue `'2h'` */
  readonly adapt?: Duration
  /** The shift that is found soonest, in sigmas of single values, 0.25 to 4. Half of it is let pass. @defaultValue 1 */
  readonly shift?: number
  /** The smallest deviation that may count as one sigma, in the signal's unit. @defaultValue 0 */
  readonly floor?: number
}

/** Observations before the first opinion. */
const MINIMUM = 64
/** Four changes are looked for, and what is over at the first crossing makes each rarer: 4 e^−0.583 (Siegmund). */
const LOG_FACTOR = 0.8031
/** From here on, 4 sigmas, a change is taken for seen. */
const FIRED = LOG_FACTOR - logTailOf(4)
/** A value takes this part in what is usual. */
const PART = 1 / 32

/**
 * Shifts of level and of spread that are too small to stand out in any one value; scores the evidence that they add up to.
 *
 * Use beside a detector of outliers, for changes that stay: a latency that is half a sigma higher since the release, a sensor whose
 * noise has doubled, or has gone. An outlier alone never scores.
 *
 *     S = max(0, S + shift × (z − shift / 2))        z = (value − mean) / spread, at most 2; one S each way
 *     the same with √|z|, less its mean and by its deviation, for the spread
 *     sigmas = z where P(|Z| > z) = 4 e^(−0.583 − S / V)         V = (1 + r) / (1 − r), r the correlation of values in a row
 *
 * Evidence is per value, at the usual interval: a burst counts once, and what is older than `halfLife` counts half. While a change
 * is seen the baseline learns nothing; when it has been seen for `adapt` it is the new normal, and all starts over at its level.
 * A rhythm is one change after another: use it on the errors of a forecast then. O(1) time, no allocation, 26 numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.duration.p50', detector: change({ shift: 0.5 }) })
 * @see Page, "Continuous inspection schemes", 1954; Siegmund, "Sequential analysis", 1985, on the overshoot; Hawkins, "A CUSUM
 * for a scale parameter", 1981.
 */
export function change(options: ChangeOptions = {}): Detector<ChangeState> {
  checkOptions('change', options, ['halfLife', 'warmup', 'adapt', 'shift', 'floor'])
  const halfLife = duration('change.halfLife', options.halfLife ?? '6h')
  const warmup = duration('change.warmup', options.warmup ?? '10m', { min: 0 })
  const adapt = duration('change.adapt', options.adapt ?? '2h')
  const shift = numberIn('change.shift', options.shift ?? 1, 0.25, 4)
  const { floor = 0 } = options
  const base = level('change', { halfLife, warmup, adapt, floor }, halfLife)
  const forgotten = forgetting(halfLife)
  const ready = (state: ChangeState): boolean => state.count >= MINIMUM && base.ready(state)

  /** A mean of n values is uncertain by 1 / √n, by more where they resemble each other: twice that is let pass. */
  const pass = (state: ChangeState, cusum: Cusum): number => {
    const values = Math.min(state.count, (2 * halfLife) / Math.max(1, state.interval)) / 2
    return shift / 2 + Math.sqrt(cusum.inflation / Math.max(MINIMUM, values))
  }

  const evident = (state: ChangeState, z: number, gap: number): number => {
    const keep = 1 - forgotten(gap)
    const slope = shift * Math.min(1, creditOf(state, gap))
    return Math.max(
      evidence(state.shift, z, keep, slope, pass(state, state.shift)),
      evidence(state.spread, sizeOf(state, z), keep, slope, pass(state, state.spread)),
    )
  }

  /** Weighs the value as evidence; the evidence begins with the opinion. */
  const weigh = (state: ChangeState, z: number, gap: number): void => {
    const credit = creditOf(state, gap)
    const slope = shift * Math.min(1, credit)
    const keep = 1 - forgotten(gap)
    accumulate(state.shift, z, keep, slope, pass(state, state.shift))
    accumulate(state.spread, sizeOf(state, z), keep, slope, pass(state, state.spread))
    state.credit = credit - Math.min(1, credit)
  }

  return {
    name: 'change@1',
    start: emptyChange,
    score(state, value, time) {
      if (!ready(state) || Number.isNaN(value)) return Number.NaN
      const sum = evident(state, deviation(state, value), Math.max(0, time - state.time))
      return sum > LOG_FACTOR ? sigmasOfLog(LOG_FACTOR - sum) : 0
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const gap = state.seen === 0 ? 0 : Math.max(0, time - state.time)
      if (base.ready(state)) {
        const z = deviation(state, value)
        const fires = ready(state) && evident(state, z, gap) >= FIRED
        if (ready(state)) weigh(state, z, gap)
        if (fires) {
          state.fired += Math.min(gap, adapt / 8)
          state.time += gap
          if (state.fired >= adapt) startOver(state, warmup)
          return
        }
        state.fired = Math.max(0, state.fired - gap)
        learnUsual(state, z, state.count < 4 / PART ? 4 / (state.count - 12) : Math.min(PART, forgotten(gap)))
      }
      learnInterval(state, gap)
      const known = state.count
      base.learn(state, base.ready(state) ? nearby(state, value) : value, time)
      if (state.count < known) startOver(state, warmup)
    },
    expect: (state) => (ready(state) ? band(state, state.mean) : undefined),
  }
}
