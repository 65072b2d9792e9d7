import { learnTail, paceAt, sigmasBeyond, TAIL, valueAt } from '../math/tail.js'
import { type Band, type Detector, partIn } from '../model/index.js'
import { CAP, within } from './level.js'

/** Memory of {@link calibrated}: that of the detector, and how its scores are distributed. */
export interface CalibratedState<S> {
  readonly inner: S
  /** How large scores usually are, then their tail. */
  readonly tails: Float64Array
  /** Scores so far. */
  seen: number
}

/** No opinion before so many scores. */
const MINIMUM = 32
/** How large scores usually are: their mean over so many. */
const SIZES = 5_000
/** Where the tail begins. */
const UPPER = 1

/**
 * Any detector, its scores turned into sigmas that mean what they say: on normal data a score of *z* is exceeded about as often as
 * a Gaussian exceeds *z*, whatever the detector's own scale is and whatever the signal's distribution.
 *
 * Use for detectors of your own whose scores are distances, errors or counts rather than sigmas. The level that 3 % of the
 * scores exceed and a generalised Pareto tail beyond it are learned as the scores come; the memory of the tail is about a hundred
 * excesses. Not for a detector that calls out only in the event, such as a fixed limit: what never happens has no distribution.
 *
 * Adds O(1) time and six numbers of state. No opinion until the detector has had one 32 times.
 *
 * @example
 * anomaly({ signal: 'queue.depth', detector: calibrated(mine) })
 * @see Siffer et al., "Anomaly detection in streams with extreme value theory", 2017.
 */
export function calibrated<S>(detector: Detector<S>): Detector<CalibratedState<S>> {
  partIn('calibrated.detector', detector, ['start', 'score', 'learn'])
  return {
    name: `calibrated@2(${detector.name})`,
    start: () => ({ inner: detector.start(), tails: new Float64Array(UPPER + TAIL), seen: 0 }),
    score({ inner, tails, seen }, value, time) {
      const score = detector.score(inner, value, time)
      return seen < MINIMUM ? Number.NaN : Math.min(CAP, sigmasBeyond(tails, UPPER, score, 1))
    },
    learn(state, value, time) {
      learnScore(state, detector.score(state.inner, value, time))
      detector.learn(state.inner, value, time)
    },
    expect: (state, time) => bandOf(state, detector.expect?.(state.inner, time)),
    explain: ({ inner }, value, time) => detector.explain?.(inner, value, time),
  }
}

function learnScore(state: CalibratedState<unknown>, score: number): void {
  if (Number.isNaN(score)) return
  const { tails } = state
  const size = tails[0] as number
  const usual = size + (score - size) / Math.min(++state.seen, SIZES)
  tails[0] = usual
  learnTail(tails, UPPER, score, usual, paceAt(state.seen))
}

/** The detector's band of 3 of its own sigmas, stretched to 3 of these. */
function bandOf({ tails, seen }: CalibratedState<unknown>, band: Band | undefined): Band | undefined {
  if (band === undefined || seen < MINIMUM) return undefined
  const stretch = valueAt(tails, UPPER, 3, 1) / 3
  const { value, low, high } = band
  return { value, low: within(value - stretch * (value - low)), high: within(value + stretch * (high - value)) }
}
