import { forgetting } from '../math/forgetting.js'
import { lighten, logShareAbove, put } from '../math/ladder.js'
import { sigmasOfLog } from '../math/normal.js'
import { pulled } from '../math/pulled.js'
import { gather } from '../math/scatter.js'
import { checkOptions, type Duration, duration, type GroupDetector, integerIn } from '../model/index.js'
import { admit, type ForestState, freshForest } from './forest-state.js'
import { hasMoved, Surveyor, spreadOf } from './forest-survey.js'
import { within } from './level.js'

/** Options of {@link forest}. */
export interface ForestOptions {
  /** How long until a value counts half in the level that its signal is compared with. @defaultValue `'10m'` */
  readonly halfLife?: Duration
  /** The same for what is usual: spreads, relations, rarity, how unusual vectors are. @defaultValue `'30d'` */
  readonly memory?: Duration
  /** No opinion before the group is this old, nor before some 90 vectors. @defaultValue `'10m'` */
  readonly warmup?: Duration
  /** How long the group must be unusual, without a break, for its new levels to be learned in full. @defaultValue `'1d'` */
  readonly adapt?: Duration
  /** Decides what the trees ask, 0 to 1,000,000. @defaultValue 1 */
  readonly seed?: number
}

/** Vectors whose sizes are known before there is an opinion. */
const LEAST = 60
/** Steps further out than so many spreads are pulled in before a level learns them... */
const CLIP = 4
/** ...and cut before a spread does: one glitch must not make a signal blind, but signals with rare bursts are to be known. */
const FAR = 100
/** The same for what belongs together. */
const REACH = 30
/** Where values come far apart, a level takes no more than this of a step. */
const MOST = 1 / 3
/** An outlier of this many sigmas begins a run; so many calm vectors end it. */
const OUT = 3
const CALM = 10
/** A gap counts for so many half-lives of the memory at the most: weights stay finite. */
const LONGEST = 16

/**
 * Finds unusual combinations of several signals: levels that move together, a relation that breaks, a rare constellation.
 *
 *     deviation d = (value − level) / spread                  level: the last minutes; spread: the last weeks
 *     whitened  y = L⁻¹ d,  L Lᵀ = (moments + ½ I) / 1.5      Mahalanobis' distance is |y|
 *     rarity    r = mean over 128 random trees of −ln(share of the past in the leaf of y)
 *     size        = ln(|y| / √n) + 2 r
 *     sigmas      = as far out as a Gaussian is as rarely as such a size came
 *
 * Calibrated by its own past: a score of 3 comes as often as a Gaussian exceeds 3, whatever the signals are like. Beyond what
 * has been seen the tail is extrapolated. Of unusual vectors in a row the first counts in full, the next ones less and less,
 * so that one long event does not teach that events are usual. Levels move on with the signals, so a shift becomes normal.
 *
 * For n signals a vector costs O(n³ / 6 + trees × depth); memory O(n²). Allocates when a signal joins.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * together({ name: 'database', signals: 'db.*', detector: forest({ halfLife: '30m' }) })
 * @see Mahalanobis, "On the generalised distance in statistics", 1936; Tan, Ting and Liu, "Fast anomaly detection for
 * streaming data", 2011.
 */
export function forest(options: ForestOptions = {}): GroupDetector<ForestState> {
  checkOptions('forest', options, ['halfLife', 'memory', 'warmup', 'adapt', 'seed'])
  const halfLife = duration('forest.halfLife', options.halfLife ?? '10m')
  const memory = duration('forest.memory', options.memory ?? '30d')
  const warmup = duration('forest.warmup', options.warmup ?? '10m', { min: 0 })
  const adapt = duration('forest.adapt', options.adapt ?? '1d')
  const seed = integerIn('forest.seed', options.seed ?? 1, 0, 1_000_000)
  const moved = forgetting(halfLife)
  const forgotten = forgetting(memory)
  const surveyor = new Surveyor(seed)

  const scoreOf = (state: ForestState, size: number): number =>
    Number.isNaN(size) ? size : sigmasOfLog(logShareAbove(state.sizes, size, state.unit))

  const ready = (state: ForestState, time: number): boolean =>
    state.sizes.total >= LEAST * state.unit && time - state.first >= warmup

  /** Takes in how unusual the vector is: how often such sizes come, and which leaves are filled. */
  const count = (state: ForestState, time: number, gap: number): void => {
    const { size, leaves } = surveyor
    if (Number.isNaN(size)) return
    state.unit *= 2 ** Math.min(LONGEST, gap / memory)
    const lasting = state.run > 0 && time - state.since >= adapt
    const out = ready(state, time) && scoreOf(state, size) > OUT
    if (out && state.run++ === 0) state.since = time
    state.calm = out ? 0 : Math.min(CALM, state.calm + 1)
    if (state.calm >= CALM) state.run = 0
    put(state.sizes, size, out && !lasting ? state.unit / state.run : state.unit)
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i] as number
      state.leaves[leaf] = (state.leaves[leaf] as number) + state.unit
    }
    state.planted += state.unit
    if (!lighten(state.sizes, state.unit)) return
    for (let i = 0; i < state.leaves.length; i++) state.leaves[i] = (state.leaves[i] as number) / state.unit
    state.planted /= state.unit
    state.unit = 1
  }

  /** Moves the level and the spread of each signal. The first move of one that was always the same is all that tells its scale. */
  const move = (state: ForestState, values: Float64Array, time: number, gap: number): void => {
    const lasting = state.run > 0 && time - state.since >= adapt
    const [near, old] = [Math.min(MOST, moved(gap)), forgotten(gap)]
    for (let slot = 0; slot < state.slots; slot++) {
      const value = within(values[slot] as number)
      if (Number.isNaN(value)) continue
      const known = state.counts[slot] as number
      const mean = state.means[slot] as number
      const step = value - mean
      const spread = spreadOf(state, slot)
      const young = 1 / (known + 1)
      const early = known < Surveyor.least
      const kept = early || lasting ? step : pulled(step, CLIP * spread)
      const far = early || !hasMoved(state, slot) ? Infinity : FAR * spread
      const felt = Math.min(far, Math.abs(step))
      state.means[slot] = mean + Math.max(near, young) * kept
      const square = state.squares[slot] as number
      state.squares[slot] = square + Math.max(old, young) * (felt * felt - square)
      state.counts[slot] = known + 1
    }
  }

  return {
    name: 'forest@1',
    start: () => freshForest(surveyor.leafCount),
    score(state, values, time) {
      if (!ready(state, time)) return Number.NaN
      return scoreOf(state, surveyor.survey(state, values))
    },
    learn(state, values, time) {
      admit(state, values)
      if (state.vectors === 0) state.first = time
      const gap = state.vectors === 0 ? 0 : Math.max(0, time - state.time)
      state.time = time
      surveyor.survey(state, values)
      count(state, time, gap)
      gather(state.moments, surveyor.deviations, state.slots, Math.max(forgotten(gap), 1 / (state.vectors + 1)), REACH)
      move(state, values, time, gap)
      state.vectors++
    },
    blame: (state, values, _time, into) => surveyor.blame(state, values, into),
    expect(state, slot) {
      if (slot >= state.slots || (state.counts[slot] as number) < Surveyor.least) return undefined
      const value = state.means[slot] as number
      const reach = 3 * spreadOf(state, slot)
      return { value, low: value - reach, high: value + reach }
    },
    forget(state, slot) {
      if (slot < state.slots) state.counts[slot] = 0
    },
  }
}
