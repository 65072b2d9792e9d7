import {
  ATTRIBUTE,
  type Band,
  describe,
  type Finding,
  identityOf,
  idOf,
  NONE,
  type Severity,
  SIGNAL,
  type Signal,
  type State,
  type Watcher,
} from '../model/index.js'

/** Memory of {@link unhealthy} for one check. */
export interface UnhealthyState {
  /** The open finding's id; empty while none is open. */
  id: string
  severity: Severity
  openedAt: number
  score: number
  value: number
  /** Time of the last tick or observation. */
  seenAt: number
  /** How long nothing has been heard, in milliseconds; see {@link unhealthy}. */
  quiet: number
  /** The longest time between two observations; -1 before the second one. */
  gap: number
}

const NAME = 'unhealthy@1'
/** On the scale of sigmas: a failing check is beyond doubt, a degraded one is clearly unusual. */
const FAIL_SCORE = 10
const WARN_SCORE = 4
const HEALTHY: Band = Object.freeze({ value: 1, low: 1, high: 1 })
/** A check that has gone is let go after three of its periods, but not before this, or after this when the period is not known. */
const PATIENCE = 900_000
const LONGEST_PATIENCE = 3 * 864e5
/** The most by which one step of time counts as silence: a wall clock that jumps by years is not years of silence. */
const STEP = 60_000

/**
 * Turns health checks into findings: `critical` while a critical check fails, `warning` while another one fails or any is
 * degraded. Part of every monitor. Hysteresis is the check's own matter, see `failAfter` and `passAfter` of `check()`.
 *
 * A check that is taken out while it fails is heard no more; its finding closes after three of its periods and at least
 * 15 min of silence. O(1), eight values of state.
 */
export function unhealthy(): Watcher<UnhealthyState> {
  return {
    name: NAME,
    matches: (signal) => signal.name === SIGNAL.checkStatus,
    start: () => ({ id: '', severity: 'warning', openedAt: -1, score: 0, value: 1, seenAt: -1, quiet: 0, gap: -1 }),
    push,
    tick,
  }
}

function push(state: UnhealthyState, value: number, time: number, signal: Signal): readonly Finding[] {
  if (state.seenAt >= 0) state.gap = Math.max(state.gap, state.quiet + step(state, time))
  state.quiet = 0
  state.seenAt = time
  const before = levelOf(state.value)
  state.value = value
  const level = levelOf(value)
  if (state.id === '') return level === 'passes' ? NONE : [open(state, time, signal)]
  if (level === 'passes') return [close(state, time, signal, `passes again after ${describe(time - state.openedAt)}`)]
  if (level === before) return NONE
  judge(state, signal)
  return [finding(state, 'open', time, signal, level)]
}

function tick(state: UnhealthyState, time: number, signal: Signal): readonly Finding[] {
  if (state.seenAt < 0) return NONE
  state.quiet += step(state, time)
  state.seenAt = time
  if (state.id === '') return NONE
  const patience = state.gap < 0 ? LONGEST_PATIENCE : Math.max(PATIENCE, 3 * state.gap)
  return state.quiet > patience ? [close(state, time, signal, 'is heard no more')] : NONE
}

function step(state: UnhealthyState, time: number): number {
  return Math.min(time - state.seenAt, STEP)
}

function levelOf(value: number): 'passes' | 'is degraded' | 'fails' {
  return value > 0.75 ? 'passes' : value < 0.25 ? 'fails' : 'is degraded'
}

/** Severity and score from the present value; the score keeps its highest. */
function judge(state: UnhealthyState, signal: Signal): void {
  const fails = levelOf(state.value) === 'fails'
  state.severity = fails && signal.attributes[ATTRIBUTE.checkCritical] !== false ? 'critical' : 'warning'
  state.score = Math.max(state.score, fails ? FAIL_SCORE : WARN_SCORE)
}

function open(state: UnhealthyState, time: number, signal: Signal): Finding {
  state.id = idOf('f', NAME, identityOf(signal), time)
  state.openedAt = time
  state.score = 0
  judge(state, signal)
  return finding(state, 'open', time, signal, levelOf(state.value))
}

function close(state: UnhealthyState, time: number, signal: Signal, words: string): Finding {
  const closed = { ...finding(state, 'closed', time, signal, words), closedAt: time }
  state.id = ''
  return closed
}

function finding(state: UnhealthyState, open: State, time: number, signal: Signal, words: string): Finding {
  return {
    id: state.id,
    watcher: 'unhealthy',
    signal,
    state: open,
    severity: state.severity,
    score: state.score,
    value: state.value,
    expected: HEALTHY,
    since: state.openedAt,
    openedAt: state.openedAt,
    updatedAt: time,
    summary: `check ${signal.attributes[ATTRIBUTE.checkName] ?? 'without a name'} ${words}`,
  }
}
