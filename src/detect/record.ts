import { type Blocks, beyondAt, emptyBlocks, logRecord, type Maxima, raise, roll, take, topOf } from '../math/blocks.js'
import { logTailOf, sigmasOfLog } from '../math/normal.js'
import { pulled } from '../math/pulled.js'
import { type Band, checkOptions, type Detector, type Duration, duration, numberIn } from '../model/index.js'
import { NEVER, within } from './level.js'

/** Options of {@link record}. */
export interface RecordOptions {
  /** For how long an extreme is remembered. @defaultValue `'30d'` */
  readonly memory?: Duration
  /** No opinion before the series is this old, nor before 32 observations. @defaultValue `'1h'` */
  readonly warmup?: Duration
  /** How long values must stay beyond all that was seen to become normal. @defaultValue `'1h'` */
  readonly adapt?: Duration
  /** The gap between records is not taken for less, in the signal's unit. @defaultValue 0: only rounding noise is forgiven */
  readonly floor?: number
}

/** Memory of {@link record}: six plain numbers, and the extremes of 32 blocks of time. */
export interface RecordState {
  /** Of the last observation, and of the first. */
  time: number
  begun: number
  count: number
  /** Milliseconds for which values have been beyond, and how far they went, upwards and downwards. */
  odd: number
  peakHigh: number
  peakLow: number
  readonly blocks: Blocks
}

const CAP = 1e6
const MINIMUM = 32
/** Blocks before the first opinion. */
const LEAST_BLOCKS = 8
const RELATIVE = 1e-9
const ABSOLUTE = 1e-12
/** A record is odd from here on, 3 sigmas: it is held off at first. */
const ODD = logTailOf(3) - Math.LN2
/** One that is held off raises the record by so many gaps, and by little more however far it went. */
const REACH = 4

/**
 * Novel extremes: a value beyond everything seen in a long memory; scores how far beyond, by how far apart extremes usually are.
 *
 * Use where only the unheard-of matters: a queue, a disk, a temperature that may do what it likes as long as it has done so before.
 * It needs no model of the signal: rhythms, jumps and regimes that were seen are no news.
 *
 *     sigmas = z where P(|Z| > z) = 2 × (1 + 0.05 × beyond / gap)^−20 / (blocks + 1)        0 inside of what was seen
 *     gap = mean distance between the extremes of two blocks of time / (2 ln 2)
 *
 * The memory is 32 blocks of time, short ones at first. The chance is that of a whole block, so on noise single values exceed 3 sigmas
 * far less often than a Gaussian does. An ordinary record is taken in at once. An odd one, of 3 sigmas or more, raises the record by a
 * few gaps only, so that it does not hide the next, until values have stayed beyond for `adapt`: then all records move there. O(1)
 * time but when a block ends, no allocation then either; 112 numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'disk.io.queue', detector: record({ memory: '90d' }), direction: 'above' })
 * @see Gumbel, "Statistics of extremes", 1958; Arnold, Balakrishnan and Nagaraja, "Records", 1998.
 */
export function record(options: RecordOptions = {}): Detector<RecordState> {
  checkOptions('record', options, ['memory', 'warmup', 'adapt', 'floor'])
  const memory = duration('record.memory', options.memory ?? '30d', { min: 1_000 })
  const warmup = duration('record.warmup', options.warmup ?? '1h', { min: 0 })
  const adapt = duration('record.adapt', options.adapt ?? '1h')
  const floor = numberIn('record.floor', options.floor ?? 0, 0, 1e150)
  const slot = Math.min(memory / 32, Math.max(1, warmup / 16))
  const ready = (state: RecordState): boolean =>
    state.count >= MINIMUM && state.time - state.begun >= warmup && state.blocks.filled >= LEAST_BLOCKS

  const gapOf = (maxima: Maxima): number => Math.max(maxima.gap, floor, RELATIVE * Math.abs(maxima.top), ABSOLUTE)

  /** The chance of such a record on one side; 0, the logarithm of certainty, where it is none. */
  const chance = (blocks: Blocks, maxima: Maxima, value: number): number => {
    const beyond = value - topOf(maxima, blocks.seen)
    return beyond > 0 ? logRecord(blocks.filled, beyond, gapOf(maxima)) : 0
  }

  /** What is learned of an extreme that was held off. */
  const tamed = (blocks: Blocks, maxima: Maxima, peak: number): number => {
    const top = topOf(maxima, blocks.seen)
    return peak > top ? top + pulled(peak - top, REACH * gapOf(maxima)) : peak
  }

  const settle = (state: RecordState): void => {
    const { blocks } = state
    take(blocks, tamed(blocks, blocks.high, state.peakHigh), tamed(blocks, blocks.low, -state.peakLow))
    state.odd = 0
  }

  /** Values have stayed beyond: the records move there, each as far from the largest as before. */
  const accept = (state: RecordState): void => {
    const { high, low, filled, seen } = state.blocks
    const up = state.peakHigh - topOf(high, seen)
    const down = -state.peakLow - topOf(low, seen)
    if (up > 0) raise(high, filled, state.peakHigh - high.top)
    if (down > 0) raise(low, filled, -state.peakLow - low.top)
    take(state.blocks, state.peakHigh, -state.peakLow)
    state.odd = 0
  }

  const holdOff = (state: RecordState, value: number, gap: number): void => {
    const patience = Math.min(adapt, (state.time - state.begun) / 2)
    state.peakHigh = state.odd > 0 ? Math.max(state.peakHigh, value) : value
    state.peakLow = state.odd > 0 ? Math.min(state.peakLow, value) : value
    state.odd += Math.max(Math.min(gap, patience / 8), Number.MIN_VALUE)
    if (state.odd >= patience) accept(state)
  }

  return {
    name: 'record@1',
    start: () => ({ time: NEVER, begun: 0, count: 0, odd: 0, peakHigh: 0, peakLow: 0, blocks: emptyBlocks(slot) }),
    score(state, value) {
      if (!ready(state) || Number.isNaN(value)) return Number.NaN
      const near = within(value)
      const log = Math.min(chance(state.blocks, state.blocks.high, near), chance(state.blocks, state.blocks.low, -near))
      return log < 0 ? Math.min(CAP, sigmasOfLog(Math.min(0, Math.LN2 + log))) : 0
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const near = within(value)
      const gap = state.count === 0 ? 0 : Math.max(0, time - state.time)
      if (state.count++ === 0) state.begun = time
      state.time = Math.max(state.time, time)
      const { blocks } = state
      if (ready(state) && Math.min(chance(blocks, blocks.high, near), chance(blocks, blocks.low, -near)) < ODD) {
        holdOff(state, near, gap)
        return
      }
      if (state.odd > 0) settle(state)
      roll(blocks, state.time, memory)
      take(blocks, near, -near)
    },
    expect(state): Band | undefined {
      if (!ready(state)) return undefined
      const { high, low, filled, seen } = state.blocks
      const top = topOf(high, seen) + beyondAt(filled, ODD, gapOf(high))
      const bottom = -topOf(low, seen) - beyondAt(filled, ODD, gapOf(low))
      return { value: bottom / 2 + top / 2, low: bottom, high: top }
    },
  }
}
