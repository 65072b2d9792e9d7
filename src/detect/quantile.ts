import { middleOf } from '../math/middle.js'
import { sigmasOf, sigmasOfLog } from '../math/normal.js'
import { type Pace, pace } from '../math/pace.js'
import { addTo, BUCKETS, placeOf, quantileOf, reanchor, type Sketch } from '../math/sketch.js'
import { fitTails, logBeyond, TAIL_LENGTH, valueBeyond } from '../math/sketch-tail.js'
import { type Band, checkOptions, type Detector, type Duration, duration } from '../model/index.js'
import { NEVER, within } from './level.js'

/** Options of {@link quantile}. */
export interface QuantileOptions {
  /** How long until an observation counts half; where values are rare, at least 22 of them. @defaultValue `'1d'` */
  readonly halfLife?: Duration
  /** No opinion before the series is this old, nor before 32 observations. @defaultValue `'1m'` */
  readonly warmup?: Duration
}

/** Memory of {@link quantile}: a sketch of 129 counts, the share below each, and the fit of both tails; about 2 KB. */
export interface QuantileState extends Pace, Sketch {
  /** The share of memory replaced since the shares and the tails were worked out. */
  news: number
  readonly below: Float32Array
  readonly tails: Float64Array
}

/** Observations before the first opinion: they anchor the sketch. */
const FIRST = 32
/** The highest score there is. */
const CAP = 1e6
/** Shares and tails are worked out again after so much is new. */
const NEWS = 1 / 64
/** What was seen n times is believed, whatever the fit says, but for a factor of exp(−8 / n). */
const DOUBT = 8
/** A share of a Gaussian's that lies beyond 3 sigmas, on one side. */
const BEYOND3 = 0.0013498980316301
/** The unit is no less than so much of the origin. */
const RELATIVE = 1e-9
const ABSOLUTE = 1e-12

/**
 * How rare a value is among those of the last days, on its side of the median; scores the sigmas of a Gaussian that are as rare.
 *
 * Use where values are far from Gaussian: lopsided latencies, counts, two levels that are both usual. It learns the whole
 * distribution, so 3 sigmas mean the same on every signal; beyond what was seen it goes on along a generalised Pareto tail.
 *
 *     sigmas = z where P(|Z| > z) = 2 × min(P(X ≤ value), P(X ≥ value))          Z a Gaussian, X the values so far
 *     tail beyond the outer 2 %: share × (1 + shape × excess / scale)^(−1 / shape)
 *
 * Time decides how much is forgotten, not the number of observations. An outlier weighs as much as any other value. A new level
 * becomes usual by and by: at a 74th of `halfLife` it makes up 1 % of the memory, and scores 2.6. So it tells how rare, not how
 * long: take `change` for shifts. O(1) time, no allocation but when the sketch is anchored anew; about 2 KB of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.server.request.duration.p95', detector: quantile({ halfLife: '7d' }) })
 * @see Cormode et al., "Forward decay", 2009; Hosking and Wallis, "Parameter and quantile estimation for the generalized
 * Pareto distribution", 1987.
 */
export function quantile(options: QuantileOptions = {}): Detector<QuantileState> {
  checkOptions('quantile', options, ['halfLife', 'warmup'])
  const halfLife = duration('quantile.halfLife', options.halfLife ?? '1d')
  const warmup = duration('quantile.warmup', options.warmup ?? '1m', { min: 0 })
  const share = pace(halfLife, Math.max(warmup, 6 * halfLife))
  const ready = (state: QuantileState): boolean => state.count >= FIRST && state.age >= warmup
  return {
    name: 'quantile@1',
    start,
    score: (state, value) => (ready(state) ? rarity(state, within(value)) : Number.NaN),
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const part = share(state, time)
      if (state.count <= FIRST) {
        state.counts[state.count - 1] = within(value)
        if (state.count === FIRST) settle(state)
        return
      }
      addTo(state, within(value), part)
      state.news += part
      if (state.news >= NEWS) workOut(state)
    },
    expect: (state) => (ready(state) ? band(state) : undefined),
  }
}

/** One literal, so that V8 gives it a fast shape. */
function start(): QuantileState {
  return {
    time: NEVER,
    room: 0,
    count: 0,
    age: 0,
    origin: 0,
    unit: 1,
    total: 0,
    squares: 0,
    news: 0,
    counts: new Float64Array(BUCKETS),
    below: new Float32Array(BUCKETS),
    tails: new Float64Array(TAIL_LENGTH),
  }
}

/** The first values waited where the counts will be. */
function settle(state: QuantileState): void {
  const first = state.counts.slice(0, FIRST)
  state.counts.fill(0)
  state.origin = middleOf(first)
  const off = first.map((value) => Math.abs(value - state.origin))
  state.unit = Math.max(1.5 * middleOf(off), leastUnit(state.origin))
  for (let i = 0; i < FIRST; i++) addTo(state, first[i] as number, 1 / (i + 1))
  workOut(state)
}

function leastUnit(origin: number): number {
  return RELATIVE * Math.abs(origin) + ABSOLUTE
}

/** The shares below each bucket, and the tails. */
function workOut(state: QuantileState): void {
  state.news = 0
  reanchor(state, leastUnit(state.origin))
  let sum = 0
  for (let i = 0; i < BUCKETS; i++) {
    state.below[i] = sum / state.total
    sum += state.counts[i] as number
  }
  fitTails(state.tails, state)
}

function rarity(state: QuantileState, value: number): number {
  if (Number.isNaN(value)) return Number.NaN
  const place = placeOf(state, value)
  const at = Math.floor(place)
  const below = state.below[at] as number
  const upto = at + 1 < BUCKETS ? (state.below[at + 1] as number) : 1
  const inside = Math.max(0, upto - below)
  const low = beyond(below, inside, place - at)
  const high = beyond(1 - upto, inside, at + 1 - place)
  const upper = high < low
  const seen = upper ? high : low
  const fitted = logBeyond(state.tails, value, upper)
  if (Number.isNaN(fitted)) return sigmasOf(Math.min(1, 2 * seen))
  const sure = Math.log(seen) - (DOUBT * state.squares) / seen
  return Math.min(CAP, sigmasOfLog(Math.min(0, Math.LN2 + Math.max(fitted, sure))))
}

/** The share beyond a value: what is beyond its bucket, and its part of the bucket. Where one value fills a bucket, half of it. */
function beyond(outside: number, inside: number, part: number): number {
  return outside + Math.max(part * inside, (inside - 3 * outside) / 2)
}

function band(state: QuantileState): Band {
  const value = quantileOf(state, 0.5)
  const low = valueBeyond(state.tails, BEYOND3, false)
  const high = valueBeyond(state.tails, BEYOND3, true)
  return { value, low: Math.min(low, value), high: Math.max(high, value) }
}
