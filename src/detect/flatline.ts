import { sigmasOfLog } from '../math/normal.js'
import { type Pace, pace } from '../math/pace.js'
import { emptyRuns, fade, learnRun, logShare } from '../math/runs.js'
import { checkOptions, type Detector, type Duration, duration, numberIn } from '../model/index.js'
import { NEVER, within } from './level.js'

/** Options of {@link flatline}. */
export interface FlatlineOptions {
  /** How long until a run of equal values counts half. @defaultValue `'7d'` */
  readonly halfLife?: Duration
  /** No opinion before the series is this old, nor before the value has moved 16 times. @defaultValue `'10m'` */
  readonly warmup?: Duration
  /** After how long a constant becomes the new normal; sooner, where less than twice that was known before it. @defaultValue `'1d'` */
  readonly adapt?: Duration
  /** Values no further apart than this count as equal, in the signal's unit. @defaultValue 0 */
  readonly tolerance?: number
}

/** Memory of {@link flatline}: thirteen plain numbers, and how long runs last. */
export interface FlatlineState extends Pace {
  /** The first value of the run, how often it was repeated, and for how long, in milliseconds without silences. */
  value: number
  repeats: number
  stuck: number
  /** How long the series was known when the run began. */
  known: number
  /** Usual time between values, in milliseconds. */
  interval: number
  moves: number
  /** Of all weights, of their squares where they add up to 1, and of the weights of the run under way. */
  total: number
  squares: number
  pending: number
  readonly runs: Float64Array
}

const MOVES = 16
const CAP = 1e6
const INTERVALS = 1 / 64
/** A silence counts for no more than so many usual intervals. */
const SILENCE = 2
/** Weights grow with time; at this sum they are scaled back to 1. */
const FULL = 2 ** 200

/**
 * A signal that used to move and is stuck; scores how improbable so long a run of equal values is, given how long runs used to be.
 *
 * Use beside another detector for sensors, queues and counters: a stuck value looks perfectly normal to all others. A signal that
 * repeats itself by nature, such as a count that is 0 at night, is judged by its own runs.
 *
 *     sigmas = z where P(|Z| > z) = share of values that are so many-th repeats or later
 *     repeats = the smaller of the values repeated and the time stuck / usual interval
 *
 * From how often runs of each length ended (a Kaplan-Meier estimate by powers of two); what is longer than ever seen is taken to
 * end less and less often. So a run counts by time and by number: neither a burst of equal values nor a silence makes one. A
 * signal that has never moved has no opinion about it. Of a signal that is silent it says nothing. O(1)
 * while values move and O(log repeats) while they do not, no allocation; 53 numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'room.temperature', detector: flatline({ tolerance: 0.01 }) })
 * @see Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958.
 */
export function flatline(options: FlatlineOptions = {}): Detector<FlatlineState> {
  checkOptions('flatline', options, ['halfLife', 'warmup', 'adapt', 'tolerance'])
  const halfLife = duration('flatline.halfLife', options.halfLife ?? '7d')
  const warmup = duration('flatline.warmup', options.warmup ?? '10m', { min: 0 })
  const adapt = duration('flatline.adapt', options.adapt ?? '1d')
  const tolerance = numberIn('flatline.tolerance', options.tolerance ?? 0, 0, Number.MAX_VALUE)
  const share = pace(halfLife, Math.max(warmup, 6 * halfLife, 2 * adapt))
  const ready = (state: FlatlineState): boolean => state.moves >= MOVES && state.age >= warmup
  return {
    name: 'flatline@1',
    start,
    score(state, value, time) {
      if (!ready(state) || Number.isNaN(value)) return Number.NaN
      if (!(Math.abs(within(value) - state.value) <= tolerance)) return 0
      const stuck = state.stuck + heard(state, time)
      if (stuck >= Math.min(adapt, state.known / 2)) return 0
      return Math.min(
        CAP,
        sigmasOfLog(logShare(state.runs, lengthOf(state, state.repeats + 1, stuck), state.total * state.squares)),
      )
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const passed = heard(state, time)
      if (state.count > 0) learnInterval(state, Math.max(0, time - state.time))
      const first = state.count === 0
      const part = share(state, time)
      const weight = first ? 1 : (state.total * part) / (1 - part)
      if (first || !(Math.abs(within(value) - state.value) <= tolerance)) begin(state, within(value))
      else {
        state.repeats++
        state.stuck += passed
      }
      state.pending += weight
      state.total += weight
      state.squares = (1 - part) * (1 - part) * state.squares + part * part
      if (state.total > FULL) scaleBack(state)
    },
  }
}

function start(): FlatlineState {
  return {
    time: NEVER,
    room: 0,
    count: 0,
    age: 0,
    value: 0,
    repeats: 0,
    stuck: 0,
    known: 0,
    interval: 0,
    moves: 0,
    total: 0,
    squares: 0,
    pending: 0,
    runs: emptyRuns(),
  }
}

/** The time since the last value, as far as it was no silence. */
function heard(state: FlatlineState, time: number): number {
  return state.count === 0 ? 0 : Math.min(Math.max(0, time - state.time), SILENCE * state.interval)
}

/** Repeats as far as time bears them out. */
function lengthOf(state: FlatlineState, repeats: number, stuck: number): number {
  return state.interval > 0 ? Math.min(repeats, Math.floor(stuck / state.interval + 1e-6)) : 0
}

/** Learns the run that is over, and begins another. */
function begin(state: FlatlineState, value: number): void {
  if (state.pending > 0) {
    learnRun(state.runs, lengthOf(state, state.repeats, state.stuck), state.pending / (state.repeats + 1))
    state.moves++
  }
  state.value = value
  state.repeats = 0
  state.stuck = 0
  state.known = state.age
  state.pending = 0
}

function learnInterval(state: FlatlineState, gap: number): void {
  const part = Math.max(INTERVALS, 1 / state.count)
  state.interval += part * (Math.min(gap, state.interval > 0 ? 16 * state.interval : gap) - state.interval)
}

function scaleBack(state: FlatlineState): void {
  fade(state.runs, 1 / state.total)
  state.pending /= state.total
  state.total = 1
}
