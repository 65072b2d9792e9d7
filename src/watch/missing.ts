import { type Cadence, emptyCadence, learnArrival, usualPause } from '../math/cadence.js'
import {
  checkOptions,
  type Duration,
  describe,
  duration,
  type Finding,
  identityOf,
  idOf,
  isOurs,
  matcher,
  NONE,
  nameOf,
  oneOf,
  type Selector,
  type Signal,
  type State,
  textIn,
  type Watcher,
} from '../model/index.js'

/** What {@link missing} watches for. */
export interface MissingOptions {
  /** Which signals. @defaultValue all but the library's own */
  readonly signal?: Selector
  /** How long a signal may be silent; from 1 s to 400 d. @defaultValue learned: three times the longest pause that is usual at this hour */
  readonly for?: Duration
  /** What is not taken for silence where the time is learned; from 1 s to 30 d. @defaultValue `'1m'` */
  readonly least?: Duration
  /** @defaultValue `'warning'` */
  readonly severity?: 'warning' | 'critical'
  /** Tells it from other watchers of its kind. @defaultValue `'missing'` */
  readonly name?: string
}

/** Memory of {@link missing} for one signal: plain numbers and one typed array. */
export interface MissingState {
  /** How the signal usually pauses. */
  readonly cadence: Cadence
  /** How long nothing has been heard, in milliseconds of running time. */
  quiet: number
  /** Time of the last tick or observation; -1 before the first. */
  at: number
  /** The last step of time that counted, in milliseconds. */
  step: number
  /** When the finding opened; -1 while none is open. */
  openedAt: number
  value: number
}

/** Pauses before the first opinion, where the time is learned. */
const MINIMUM = 16
/** A learned limit is so many times the longest usual pause. */
const TIMES = 3
const LONGEST = 30 * 864e5
/** The most by which the first step of time counts, in milliseconds: see {@link MissingState.step}. */
const STEP = 60_000
/** On the scale of sigmas: silence of just the limit is this far out, twice as long twice as far. */
const SCORE = 5
const CAP = 1e6

/**
 * Watches for signals that stop: a sensor that is unplugged, a queue that nobody serves, a job that did not run.
 *
 * How long a signal may be silent is learned from its own cadence: three times the longest pause that usually begins at this
 * hour of the day, so that what rests every night is missed by day and not by night. No opinion before 16 pauses. A
 * pause beyond what is usual becomes usual when it comes on a second day: one outage teaches nothing, a rest every night is reported
 * twice. Give `for` where the rhythm is weekly, rarer, or known.
 *
 * Only time in which the monitor runs counts: a device that slept, a restart and a clock that jumps are nobody's silence. What is
 * heard closes the finding. A signal that was never heard is not missed. O(1); 53 numbers of state a signal.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * missing()
 * missing({ signal: 'backup.files.rate', for: '25h', severity: 'critical' })
 */
export function missing(options: MissingOptions = {}): Watcher<MissingState> {
  checkOptions('missing', options, ['signal', 'for', 'least', 'severity', 'name'])
  const allowed = options.for === undefined ? 0 : duration('missing.for', options.for, { min: 1e3, max: 400 * 864e5 })
  const least = duration('missing.least', options.least ?? '1m', { min: 1e3, max: LONGEST })
  const severity = oneOf('missing.severity', options.severity ?? 'warning', ['warning', 'critical'])
  const watcher = textIn('missing.name', options.name ?? 'missing', 100)
  const matches = options.signal === undefined ? notOurs : matcher('missing.signal', options.signal)

  const limitOf = ({ cadence }: MissingState): number => {
    if (allowed > 0) return allowed
    const usual = cadence.count < MINIMUM ? 0 : usualPause(cadence, cadence.last)
    return usual > 0 ? Math.min(LONGEST, Math.max(least, TIMES * usual)) : Number.POSITIVE_INFINITY
  }

  const finding = (state: MissingState, signal: Signal, time: number, open: State, summary: string): Finding => ({
    id: idOf('f', watcher, identityOf(signal), state.openedAt),
    watcher,
    signal,
    state: open,
    severity,
    score: Math.min(CAP, (SCORE * state.quiet) / limitOf(state)),
    value: state.value,
    since: state.cadence.last,
    openedAt: state.openedAt,
    updatedAt: time,
    summary,
    ...(open === 'closed' && { closedAt: time }),
  })

  return {
    name: `${watcher}@1`,
    matches,
    start: () => ({ cadence: emptyCadence(), quiet: 0, at: -1, step: STEP / 2, openedAt: -1, value: 0 }),
    push(state, value, time, signal) {
      pass(state, time)
      const { openedAt } = state
      const words = `${nameOf(signal)} is heard again, after ${describe(state.quiet)}`
      const told = openedAt < 0 ? NONE : [finding(state, signal, time, 'closed', words)]
      learnArrival(state.cadence, time, state.quiet)
      state.openedAt = -1
      state.quiet = 0
      state.value = value
      return told
    },
    tick(state, time, signal) {
      pass(state, time)
      const limit = limitOf(state)
      if (state.openedAt >= 0 || state.cadence.last < 0 || state.quiet <= limit) return NONE
      state.openedAt = time
      const usual = usualPause(state.cadence, state.cadence.last)
      const why =
        allowed > 0 ? `${describe(limit)} are allowed` : `it usually pauses for ${describe(usual)} at the most`
      const words = `${nameOf(signal)} has not been heard for ${describe(state.quiet)}; ${why}`
      return [finding(state, signal, time, 'open', words)]
    },
  }
}

function notOurs(signal: Signal): boolean {
  return !isOurs(signal.name)
}

/** A step of time that is much longer than the one before is a sleep, a restart or a jump: only a step as before counts. */
function pass(state: MissingState, time: number): void {
  if (state.at >= 0 && time > state.at) {
    state.step = Math.min(time - state.at, Math.max(STEP, 2 * state.step))
    state.quiet += state.step
  }
  state.at = Math.max(state.at, time)
}
