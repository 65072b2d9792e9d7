import { gapBetween, NEVER, within } from '../detect/level-state.js'
import { pulled } from '../math/pulled.js'
import { type Line, layLine } from '../math/theil-sen.js'
import { addPoint, emptyThinned, FACTOR, LEVELS, POINTS, pointsOf, type Thinned } from '../math/thinned.js'
import { checkOptions, type Forecaster } from '../model/index.js'
import { type ConformalState, calibratedBy, type ForecastOptions, type Plain } from './conformal.js'

/** Memory of {@link linear}. */
export interface LinearState {
  /** Of the last value. */
  time: number
  readonly history: Thinned
  /** A line through the points of each level, and since when: an older past was another one. */
  readonly lines: readonly Line[]
  /** 1 for levels that have a line. */
  readonly laid: Uint8Array
  readonly since: Float64Array
  /** By level of the line, then of the points: how far points of a finer level usually are off the line... */
  readonly usual: Float64Array
  /** ...and how many in a row, the latest, were far off, below 0 where they were below. */
  readonly runs: Int32Array
  /** The level whose line speaks; -1 while none has points enough. */
  level: number
}

/** Points before a level has a line. */
const LEAST = 8
/** A point is far off a line at so many times the usual distance; so many in a row, and the line is not believed. */
const FAR = 4
const ROW = 3
/** The usual distance is a mean over about so many of the line's own points, in which none counts for much more than so many times itself. */
const MEMORY = 8
const REACH = 3
/** Rounding is not far off: a part of the value. */
const RELATIVE = 1e-9
/** Under so many sigmas a slope is none. */
const SURE = 2

/**
 * A straight line through the longest recent past that lies on one: robust, and quick to leave a past that is over.
 *
 *     value = line(now + ahead), its slope multiplied by 1 − (2 × doubt / slope)², or by 0
 *
 * Use for what fills, leaks, wears out or runs down. Each of eight lines, by Theil and Sen, goes through 16 points: the last 16 values, the last
 * 64 by fours, and so on up to the last 262,144. The longest speaks that holds. It does not while three points in a row, of any finer level, are
 * four times as far off as usual, on one side; and when that has lasted for three of its own points, it begins anew after what was before. A tenth of the values may
 * be outliers. O(16² log 16) a value, some ten microseconds; 460 numbers of state and those of {@link conformal}.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * trend({ signal: 'system.filesystem.utilization', limit: 0.95, forecaster: linear() })
 * @see Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968; Bifet and Gavaldà, "Learning from time-changing data with
 * adaptive windowing", 2007, for the choice of the window.
 */
export function linear(options: ForecastOptions = {}): Forecaster<ConformalState<LinearState>> {
  checkOptions('linear', options, ['sigmas'])
  return calibratedBy('linear', 'linear@1', plainLinear, options)
}

export const plainLinear: Plain<LinearState> = { start: startLinear, learn: learnLinear, foretell }

function startLinear(): LinearState {
  return {
    time: NEVER,
    history: emptyThinned(),
    lines: Array.from({ length: LEVELS }, (): Line => ({ centre: 0, value: 0, slope: 0, doubt: 0, noise: 0 })),
    laid: new Uint8Array(LEVELS),
    since: new Float64Array(LEVELS).fill(NEVER),
    usual: new Float64Array(LEVELS * LEVELS),
    runs: new Int32Array(LEVELS * LEVELS),
    level: -1,
  }
}

/** Of values at one time the first stands for all. */
function learnLinear(state: LinearState, value: number, time: number): void {
  if (gapBetween(state.time, time) === 0) return
  state.time = time
  const changed = addPoint(state.history, time, within(value))
  for (let points = 0; points < changed; points++) {
    for (let level = points + 1; level < LEVELS; level++) compare(state, level, points)
  }
  for (let level = 1; level < changed; level++) lay(state, level)
  state.level = LEVELS - 1
  while (state.level > 0 && !holds(state, state.level)) state.level--
  // Nothing is compared with the shortest line, so it is laid only where it speaks.
  if (state.level === 0 && !lay(state, 0)) state.level = -1
}

/** For how long the line that speaks now has held, in milliseconds; 0 where none does. */
export function heldFor(state: LinearState): number {
  const { time, history, level } = state
  return level < 0 ? 0 : time - (history.times[firstOf(state, level)] as number)
}

/** How many sigmas the slope of the line that speaks now is above 0; 0 where none does. */
export function steepnessOf({ lines, level }: LinearState): number {
  const { slope, doubt } = lines[level] ?? { slope: 0, doubt: 0 }
  return slope === 0 ? 0 : slope / doubt
}

function foretell(state: LinearState, time: number, ahead: number): number {
  const line = state.lines[state.level]
  if (line === undefined) return Number.NaN
  const { centre, value, slope, doubt } = line
  const sure = slope === 0 ? 0 : Math.max(0, 1 - ((SURE * doubt) / slope) ** 2)
  const here = value + slope * (state.time - centre)
  return within(here + sure * slope * Math.max(0, time + ahead - state.time))
}

/** Compares the latest point of a level with the line of a longer one. */
function compare(state: LinearState, level: number, points: number): void {
  const { history, lines, usual, runs, laid } = state
  if (laid[level] === 0) return
  const at = level * LEVELS + points
  const last = points * POINTS + pointsOf(history, points) - 1
  const { centre, value, slope, noise } = lines[level] as Line
  const off = (history.values[last] as number) - value - slope * ((history.times[last] as number) - centre)
  const before = usual[at] as number
  const isFar = before > 0 && Math.abs(off) > FAR * before + RELATIVE * Math.abs(value)
  const run = runs[at] as number
  const now = isFar ? Math.sign(off) + (Math.sign(run) === Math.sign(off) ? run : 0) : 0
  runs[at] = now
  if (Math.abs(now) >= ROW * FACTOR ** (level - points)) beginAnew(state, level)
  else if (Math.abs(now) < ROW) {
    const first = noise > 0 ? noise + Math.min(Math.abs(off), REACH * noise) : Math.abs(off)
    const size = before > 0 ? pulled(Math.abs(off), REACH * before) : first
    usual[at] = before > 0 ? before + (size - before) / (MEMORY * FACTOR ** (level - points)) : size
  }
}

/** What came before a level's last points was another past. */
function beginAnew({ history, laid, since, usual, runs }: LinearState, level: number): void {
  laid[level] = 0
  const end = level * POINTS + pointsOf(history, level)
  since[level] = history.times[Math.max(level * POINTS, end - ROW + 1)] as number
  usual.fill(0, level * LEVELS, (level + 1) * LEVELS)
  runs.fill(0, level * LEVELS, (level + 1) * LEVELS)
}

/** Lays a level's line anew; whether there are points enough. */
function lay(state: LinearState, level: number): boolean {
  const { history, lines, laid } = state
  const [first, end] = [firstOf(state, level), level * POINTS + pointsOf(history, level)]
  if (end - first < LEAST) return false
  layLine(history.times.subarray(first, end), history.values.subarray(first, end), lines[level] as Line)
  laid[level] = 1
  return true
}

function holds(state: LinearState, level: number): boolean {
  if (state.laid[level] === 0) return false
  for (let points = 0; points < level; points++)
    if (Math.abs(state.runs[level * LEVELS + points] as number) >= ROW) return false
  return true
}

/** Where the first point of a level is that belongs to the present past. */
function firstOf({ history, since }: LinearState, level: number): number {
  let at = level * POINTS
  const end = at + pointsOf(history, level)
  while (at < end && (history.times[at] as number) < (since[level] as number)) at++
  return at
}
