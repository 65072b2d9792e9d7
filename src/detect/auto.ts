import { TAIL, valueAt } from '../math/tail.js'
import { type Band, checkOptions, type Detector } from '../model/index.js'
import { AUTO } from './auto-name.js'
import { course, expectedAt } from './course.js'
import { CAP, LEVEL_OPTIONS, type LevelOptions, spreadOf, within } from './level.js'
import {
  type AutoState,
  COURSE,
  DRIFT,
  found,
  learnStatistics,
  MINIMUM,
  measure,
  OFF,
  placeOf,
  STEP,
  sigmasIn,
  startStatistics,
  UNREST,
} from './statistics.js'

/** Options of {@link auto}: those of {@link seasonal}. Nothing needs to be set. */
export type AutoOptions = LevelOptions

/** A slow drift counts by half, in fourth powers: on its own it says little. */
const DRIFT_WEIGHT = 1 / 2
/** The five go together: about as two that are independent. Looking at both doubles the chance that one is far out. */
const LN_LOOKS = Math.LN2

/** In words that read well after "by", by the statistic's place. */
const WORDS = ['its distance from the usual course', 'its step', 'its extreme', 'its drift', 'its unrest'] as const

/**
 * Learns for each series what it needs, and says in calibrated sigmas how unexpected a value is: the default of `anomaly()`.
 *
 * Five statistics are looked at: how far the value is from the usual course of day and week ({@link seasonal}), the step from the
 * value before, how far it is beyond everything seen so far, how far the course has drifted from its mean over about a thousand
 * observations, and the mean distance from the course over about ten. What each of them does on normal data is learned, high and
 * low apart, so that heavy tails, counts, sparse, constant and lopsided signals are each held to their own measure:
 *
 *     sigmas⁴ = course⁴ + step⁴ + record⁴ + drift⁴ / 2 + unrest⁴        each in the sigmas of its tail probability,
 *
 * and as if two had been looked at, which about they are. So a score of *z* is exceeded on normal data about as often as a
 * Gaussian exceeds *z*; where values are independent and heavy-tailed, one far value shows in several statistics at once, and is
 * called further out than it is. Measured on public corpora: see docs/accuracy.md.
 *
 * No opinion for the first 32 observations, nor for the first minute. Irregular sampling, gaps, bursts, outliers and lasting shifts
 * are dealt with as in {@link ewma}; a lasting shift takes the course's opinion away for a while, the step's and the extremes'
 * stay. Scores end at 1e6. O(1) time, some short-lived numbers; about 1.2 KB of
 * numbers as state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'queue.depth', detector: auto({ floor: 1 }) })
 * @see Siffer et al., "Anomaly detection in streams with extreme value theory", 2017, for the tails.
 * @see Šidák, "Rectangular confidence regions for the means of multivariate normal distributions", 1967, for looking twice.
 */
export function auto(options: AutoOptions = {}): Detector<AutoState> {
  checkOptions('auto', options, LEVEL_OPTIONS)
  const { ready, aged, floor2, learn } = course('auto', options)
  const sure = ({ season, seen }: AutoState): boolean => seen >= MINIMUM && aged(season)
  return {
    name: AUTO,
    start: startStatistics,
    score(state, value, time) {
      if (!sure(state) || Number.isNaN(value)) return Number.NaN
      measure(state, value, time, ready(state.season))
      const sigmas = Math.min(CAP, looked(joined(state.tails)))
      const step = moved()
      const least2 = floor2(state.season)
      // Hardly ever is what moves within the floor: the root is left for then.
      return step * step >= sigmas * sigmas * least2 ? sigmas : step / Math.sqrt(least2)
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      learnStatistics(state, value, time, ready(state.season))
      learn(state.season, value, time)
    },
    expect: (state, time) => (sure(state) && ready(state.season) ? bandOf(state, time) : undefined),
    explain(state, value, time) {
      if (!sure(state)) return undefined
      measure(state, value, time, ready(state.season))
      return WORDS[loudest(state.tails)]
    },
  }
}

function joined(tails: Float64Array): number {
  let sum = 0
  for (let statistic = COURSE; statistic <= UNREST; statistic++) {
    const value = found[statistic] as number
    if (value === 0) continue
    const sigmas = sigmasIn(tails, statistic, value)
    const square = sigmas * sigmas
    sum += statistic === DRIFT ? DRIFT_WEIGHT * square * square : square * square
  }
  return Math.sqrt(Math.sqrt(sum))
}

/** What is left of sigmas that are the larger of two: about `z − ln 2 / z`, whose tail is twice that of z. */
function looked(sigmas: number): number {
  const square = sigmas * sigmas
  return (sigmas * square) / (square + LN_LOOKS)
}

/** The larger of step and distance from the course, in the signal's unit: what is no more than the floor is no anomaly. */
function moved(): number {
  return Math.max(Math.abs(found[STEP] as number), found[OFF] as number)
}

function loudest(tails: Float64Array): number {
  let best = COURSE
  let most = 0
  for (let statistic = COURSE; statistic <= UNREST; statistic++) {
    const sigmas =
      sigmasIn(tails, statistic, found[statistic] as number) * (statistic === DRIFT ? DRIFT_WEIGHT ** 0.25 : 1)
    if (sigmas > most) {
      most = sigmas
      best = statistic
    }
  }
  return best
}

/** What 3 sigmas are on each side, of the distance from the course alone. */
function bandOf({ season, tails }: AutoState, time: number): Band {
  const value = expectedAt(season, time)
  const spread = spreadOf(season)
  const up = placeOf(COURSE) + 1
  const low = within(value - spread * valueAt(tails, up + TAIL, 3, 2))
  return { value, low, high: within(value + spread * valueAt(tails, up, 3, 2)) }
}
