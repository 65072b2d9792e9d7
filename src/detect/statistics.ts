import { learnTail, paceAt, sigmasBeyond, TAIL } from '../math/tail.js'
import { expectedAt, type SeasonalState, startCourse } from './course.js'
import { CAP, gapBetween, spreadOf, within } from './level.js'

/** What {@link auto} remembers of a series: plain numbers and three typed arrays. */
export interface AutoState {
  /** The usual course, and how far values spread about it. */
  readonly season: SeasonalState
  /** How each statistic is distributed on normal data. */
  readonly tails: Float64Array
  /** Observations so far. */
  seen: number
  last: number
  /** The extremes so far. */
  high: number
  low: number
  /** The mean distance from the course over the last ten observations or so; below 0 before there is one. */
  unrest: number
  /** The mean over the last thousand observations or so. */
  longMean: number
  /** Usual time between observations, in milliseconds. */
  interval: number
}

/** The statistics, by their place. All but the last have a sign. */
export const COURSE = 0
export const STEP = 1
const RECORD = 2
export const DRIFT = 3
export const UNREST = 4

/** Numbers that a statistic takes: how large it usually is, its upper tail, its lower tail. */
const ROOM = 1 + 2 * TAIL
/** How large a statistic usually is: its mean size over so many observations. */
const SIZES = 5_000
/** An observation at the usual interval takes these parts in the unrest, in one that is over, and in the long mean. */
const IN_UNREST = 1 / 10
const IN_UNREST_THAT_IS_OVER = 4 / 10
const IN_LONG_MEAN = 1 / 1_000
/** So many observations tell what is usual. */
export const MINIMUM = 32
/** A distance of so many times the usual unrest says all there is to say: more would only be remembered for longer. */
const FARTHEST = 20
/** Unrest of so many times the usual is over when values are near the course again: within so many times the usual. */
const UNRESTFUL = 4
const CALM = 2
/** The interval is the mean of about so many. */
const INTERVALS = 32

export function startStatistics(): AutoState {
  return {
    season: startCourse(),
    tails: new Float64Array(UNREST * ROOM + 1 + TAIL),
    seen: 0,
    last: 0,
    high: -Number.MAX_VALUE,
    low: Number.MAX_VALUE,
    unrest: -1,
    longMean: 0,
    interval: 0,
  }
}

/** How far a value is from the course, in its own unit: the statistic beside it is in spreads. */
export const OFF = 5

/** What {@link measure} found: used at once. */
export const found: Float64Array = new Float64Array(OFF + 1)

/** Whose it is: what has just been scored is learned next. */
const measured: { state: AutoState | null; value: number; time: number } = { state: null, value: 0, time: 0 }

/**
 * The statistics of a value, into {@link found}.
 *
 * @param settled - whether there is a course. While a new normal is learned there is none, and what stands on it is 0.
 */
export function measure(state: AutoState, value: number, time: number, settled: boolean): void {
  if (state === measured.state && value === measured.value && time === measured.time) return
  measured.state = state
  measured.value = value
  measured.time = time
  const { season, high, low } = state
  const near = within(value)
  found[STEP] = near - state.last
  found[RECORD] = near > high ? near - high : Math.min(0, near - low)
  const expected = settled ? expectedAt(season, time) : near
  const off = near - expected
  found[OFF] = Math.abs(off)
  found[COURSE] = Math.max(-CAP, Math.min(CAP, off / spreadOf(season)))
  found[DRIFT] = settled ? expected - state.longMean : 0
  found[UNREST] = settled ? unrestAfter(state, Math.abs(off), time) : 0
}

/** How far out a statistic is, in sigmas. */
export function sigmasIn(tails: Float64Array, statistic: number, value: number): number {
  const upper = placeOf(statistic) + 1
  return sigmasBeyond(tails, value > 0 ? upper : upper + TAIL, Math.abs(value), 2)
}

/** Where the upper tail of a statistic begins; the lower one follows. */
export function placeOf(statistic: number): number {
  return statistic * ROOM
}

/** Learns what a value's statistics are like, then remembers the value. The course learns by itself, after this. */
export function learnStatistics(state: AutoState, value: number, time: number, settled: boolean): void {
  const first = state.seen++ === 0
  if (!first) {
    measure(state, value, time, settled)
    const weight = 1 / Math.min(state.seen, SIZES)
    const pace = paceAt(state.seen)
    for (let statistic = COURSE; statistic <= UNREST; statistic++) {
      if (settled || statistic === STEP || statistic === RECORD) learnOne(state.tails, statistic, weight, pace)
    }
    if (settled) state.unrest = found[UNREST] as number
  }
  measured.state = null
  remember(state, within(value), time)
}

function learnOne(tails: Float64Array, statistic: number, weight: number, pace: number): void {
  const value = found[statistic] as number
  const at = placeOf(statistic)
  const usual = tails[at] as number
  const size = usual + (Math.abs(value) - usual) * weight
  tails[at] = size
  const isSlow = statistic === DRIFT
  learnTail(tails, at + 1, value, size, pace, isSlow)
  if (statistic !== UNREST) learnTail(tails, at + 1 + TAIL, -value, size, pace, isSlow)
}

function remember(state: AutoState, value: number, time: number): void {
  const gap = gapTo(state, time)
  if (gap > 0) state.interval += (gap - state.interval) / (state.interval === 0 ? 1 : INTERVALS)
  state.longMean += Math.max(share(state, gap, IN_LONG_MEAN), 1 / state.seen) * (value - state.longMean)
  state.last = value
  if (value > state.high) state.high = value
  if (value < state.low) state.low = value
}

/** It rises by tens of observations, and falls by a few: what is over must not look as if it went on. */
function unrestAfter(state: AutoState, distance: number, time: number): number {
  const { unrest, seen } = state
  const usual = state.tails[placeOf(UNREST)] as number
  if (unrest < 0) return distance
  const isOver = unrest > UNRESTFUL * usual && distance < CALM * usual
  const part = share(state, gapTo(state, time), isOver ? IN_UNREST_THAT_IS_OVER : IN_UNREST)
  return unrest + part * ((seen > MINIMUM ? Math.min(distance, FARTHEST * usual) : distance) - unrest)
}

/** Time since the last observation; 0 for the first. */
function gapTo({ season }: AutoState, time: number): number {
  return season.count === 0 ? 0 : gapBetween(season.time, time)
}

/** The part of a mean that an observation replaces, by time: none at the same time, all after a long gap. */
function share({ interval }: AutoState, gap: number, part: number): number {
  return gap > 0 ? (part * gap) / (part * gap + (1 - part) * interval) : 0
}
