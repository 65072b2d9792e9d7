import { measureTrend, type Trend } from '../math/trend.js'
import { type Band, checkOptions, type Detector, type Duration, duration, numberIn } from '../model/index.js'
import { NEVER, within } from './level.js'

/** Options of {@link drift}. */
export interface DriftOptions {
  /** Over how long a trend is looked for; several times the longest rhythm. @defaultValue `'1d'` */
  readonly horizon?: Duration
  /** The smallest rise or fall over the whole horizon that is of interest, in the signal's unit. @defaultValue 0: any */
  readonly floor?: number
}

/** Memory of {@link drift}: the means of 32 spans of time, and plain numbers. */
export interface DriftState {
  /** Of the last observation. */
  time: number
  /** Which span is under way, counted from the epoch. */
  span: number
  /** Of the span under way: how many moments it has seen, and their mean. */
  seen: number
  mean: number
  /** Spans known, and their trend. */
  filled: number
  readonly means: Float64Array
  /** Which span each is. */
  readonly spans: Float64Array
  readonly trend: Trend
}

const SPANS = 32
/** Spans before the first opinion. */
const LEAST = 16
/** The rise over the horizon is no less than so much of the value. */
const RELATIVE = 1e-9
const ABSOLUTE = 1e-12

/**
 * A slow trend: scores how surely the signal has been rising, or falling, over a long horizon.
 *
 * Use for what creeps: a memory leak, a disk that fills, a sensor that goes blind. Each value looks like the one before, so a
 * detector that follows the level sees nothing.
 *
 *     sigmas = (|S| − 1) / √(V × (1 + 2 Σ (1 − k / n) r^k))        S = pairs of spans that rise − pairs that fall
 *     V = n (n − 1) (2 n + 5) / 18        n spans of horizon / 32, each by its mean; r their correlation in a row without the trend
 *
 * The score is that of the spans that are over: it does not depend on the value. It ends at 8, where every span is above the one
 * before. A single step in the middle of the horizon makes 4.2 at most, and is gone when it has left the horizon: so at a
 * threshold of 5 only what goes on counts. One outlier makes one span odd, of 32. What always rises scores always: set `floor`, or watch its rate. A rhythm longer than the horizon is a trend while it rises. Silent spans
 * are left out; half of the spans must have values. O(1) a value, O(32²) once a span; no allocation, 73 numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'v8js.memory.heap.used', detector: drift({ horizon: '12h', floor: 50e6 }), direction: 'above' })
 * @see Mann, "Nonparametric tests against trend", 1945; Hamed and Rao, "A modified Mann-Kendall trend test for autocorrelated
 * data", 1998.
 */
export function drift(options: DriftOptions = {}): Detector<DriftState> {
  checkOptions('drift', options, ['horizon', 'floor'])
  const horizon = duration('drift.horizon', options.horizon ?? '1d', { min: 1_000 })
  const floor = numberIn('drift.floor', options.floor ?? 0, 0, 1e150)
  const length = horizon / SPANS
  const ready = (state: DriftState): boolean => state.filled >= LEAST

  /** Rounding noise and what is of no interest are no trend. */
  const matters = ({ slope, middle }: Trend): boolean =>
    SPANS * Math.abs(slope) > Math.max(floor, RELATIVE * Math.abs(middle), ABSOLUTE)

  return {
    name: 'drift@1',
    start: () => ({
      time: NEVER,
      span: 0,
      seen: 0,
      mean: 0,
      filled: 0,
      means: new Float64Array(SPANS),
      spans: new Float64Array(SPANS),
      trend: { sigmas: 0, slope: 0, middle: 0, noise: 0 },
    }),
    score(state, value) {
      if (!ready(state) || Number.isNaN(value)) return Number.NaN
      return matters(state.trend) ? Math.abs(state.trend.sigmas) : 0
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const now = Math.max(time, state.time)
      const span = Math.floor(now / length)
      if (state.seen > 0 && span !== state.span) endSpan(state, span)
      // Of values at one time the first stands for all, so that a burst weighs no more than a moment.
      if (state.seen === 0 || now > state.time) {
        state.seen++
        state.mean += (within(value) - state.mean) / state.seen
      }
      state.span = span
      state.time = now
    },
    expect(state): Band | undefined {
      if (!ready(state)) return undefined
      const { middle, noise } = state.trend
      return { value: middle, low: middle - 3 * noise, high: middle + 3 * noise }
    },
  }
}

/** The span is over: it joins the others, and those that the horizon has left behind are forgotten. */
function endSpan(state: DriftState, span: number): void {
  const { means, spans } = state
  let old = state.filled === SPANS ? 1 : 0
  while (old < state.filled && (spans[old] as number) < span - SPANS) old++
  means.copyWithin(0, old, state.filled)
  spans.copyWithin(0, old, state.filled)
  state.filled -= old
  means[state.filled] = state.mean
  spans[state.filled] = state.span
  state.filled++
  state.seen = 0
  state.mean = 0
  if (state.filled >= LEAST) measureTrend(means, spans, state.filled, state.trend)
}
