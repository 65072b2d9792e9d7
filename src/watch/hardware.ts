import {
  clockTime,
  compareSeverity,
  describe,
  type Finding,
  identityOf,
  idOf,
  NONE,
  type Severity,
  type Signal,
  type State,
  type Watcher,
} from '../model/index.js'
import type { HardwareRule } from './hardware-rules.js'

/** Memory of {@link hardware} for one signal; times in milliseconds. */
export interface HardwareState {
  /** Since when it is bad, and when it was last bad; -1 while it is well. */
  since: number
  bad: number
  /** When its finding opened; -1 while none is open. */
  openedAt: number
  severity: Severity
  value: number
  /** Time of the last tick or observation; -1 before the first. */
  seenAt: number
  /** For how long it has been well, and not been heard. */
  calm: number
  quiet: number
}

const NAME = 'hardware@1'
/** What was bad must be well for so long: an under-voltage comes and goes by the second. */
const CALM = 300_000
/** What is not heard for so long is let go. */
const PATIENCE = 900_000
const GONE = 'is heard of no more'
/** The most by which one step of time counts as silence: a wall clock that jumps by years is not years of silence. */
const STEP = 60_000
/** On the scale of sigmas: beyond doubt, as with a failing check. */
const SCORES: Readonly<Record<Severity, number>> = { info: 3, warning: 5, critical: 10 }

/**
 * Judges what hardware says of itself by fixed rules, and says what to do: under-voltage, throttling, heat, a fan that stands still,
 * a file system gone read-only, a card that wears out, weak Wi-Fi. Part of every monitor; idle without `pi()` or `host()`.
 *
 * Opens at once, where a rule does not ask for a while; closes after 5 min without it, or 15 min of silence. O(1), eight
 * values of state.
 */
export function hardware(): Watcher<HardwareState> {
  let rules: readonly HardwareRule[] = []
  const ruleOf = (signal: Signal): HardwareRule => rules.find((rule) => isAbout(rule, signal)) as HardwareRule
  return {
    name: NAME,
    async load() {
      rules = (await import('./hardware-rules.js')).HARDWARE_RULES
    },
    matches: (signal) => rules.some((rule) => isAbout(rule, signal)),
    start: () => ({ since: -1, bad: -1, openedAt: -1, severity: 'info', value: 0, seenAt: -1, calm: 0, quiet: 0 }),
    push: (state, value, time, signal) => push(state, value, time, signal, ruleOf(signal)),
    tick: (state, time, signal) => (isLost(state, time) ? [end(state, time, signal, ruleOf(signal), GONE)] : NONE),
  }
}

function isAbout(rule: HardwareRule, { name, attributes }: Signal): boolean {
  return (
    rule.signal === name && Object.entries(rule.attributes ?? {}).every(([key, value]) => attributes[key] === value)
  )
}

function push(
  state: HardwareState,
  value: number,
  time: number,
  signal: Signal,
  rule: HardwareRule,
): readonly Finding[] {
  const severity = rule.judge(value)
  state.calm += step(state, time)
  state.quiet = 0
  state.value = value + 0 // JSON knows no −0
  if (severity === undefined) return well(state, time, signal, rule)
  if (state.since < 0) state.since = time
  state.bad = time
  state.calm = 0
  const isOpen = state.openedAt >= 0
  if (!isOpen && time - state.since < (rule.minDuration ?? 0)) return NONE
  if (isOpen && compareSeverity(severity, state.severity) <= 0) return NONE
  if (!isOpen) state.openedAt = time
  state.severity = severity
  const words = rule.says(signal, value, clockTime(state.since, time), time)
  return [finding(state, 'open', time, signal, rule, words)]
}

function well(state: HardwareState, time: number, signal: Signal, rule: HardwareRule): readonly Finding[] {
  if (state.openedAt >= 0 && state.calm < CALM) return NONE
  const closed =
    state.openedAt >= 0 ? [end(state, time, signal, rule, `is over, after ${describe(state.bad - state.since)}`)] : NONE
  state.since = -1
  return closed
}

/** Whether what is open has not been heard for too long. */
function isLost(state: HardwareState, time: number): boolean {
  const passed = step(state, time)
  state.quiet += passed
  state.calm += passed
  return state.openedAt >= 0 && state.quiet >= PATIENCE
}

/** How much time has passed since the last look. */
function step(state: HardwareState, time: number): number {
  const passed = state.seenAt < 0 ? 0 : Math.min(time - state.seenAt, STEP)
  state.seenAt = time
  return passed
}

function end(state: HardwareState, time: number, signal: Signal, rule: HardwareRule, words: string): Finding {
  const closed = finding(state, 'closed', time, signal, rule, `${rule.trouble} ${words}`)
  state.since = -1
  state.openedAt = -1
  return { ...closed, closedAt: time }
}

function finding(
  { since, openedAt, severity, value }: HardwareState,
  state: State,
  time: number,
  signal: Signal,
  { expected }: HardwareRule,
  summary: string,
): Finding {
  return {
    id: idOf('f', NAME, identityOf(signal), openedAt),
    watcher: 'hardware',
    signal,
    state,
    severity,
    score: SCORES[severity],
    value,
    expected,
    since,
    openedAt,
    updatedAt: time,
    summary,
  }
}
