import { constants } from 'node:os'
import {
  type Clock,
  ConfigError,
  type Duration,
  duration,
  functionIn,
  integerIn,
  type Monitor,
  messageOf,
} from '../../model/index.js'
import { within } from '../snapshot/within.js'
import { systemClock } from '../system-clock.js'

/** How a {@link gracefulShutdown} goes. */
export interface ShutdownOptions {
  /** Which signals begin it; an empty list for none. @defaultValue `['SIGTERM']` */
  readonly signals?: readonly NodeJS.Signals[]
  /** How long the service goes on serving with readiness off, until every load balancer has noticed; from 0 to 10 m. @defaultValue `'5s'` */
  readonly delay?: Duration
  /** How long all that comes after the delay may take; from 1 ms to 1 h. @defaultValue `'20s'` */
  readonly deadline?: Duration
  /**
   * Ends the service's own work. Awaited: a promise, or the 'close' event when it returns a node server, as
   * `server.close()` does. @defaultValue nothing
   */
  readonly close?: () => unknown
  /** Ends the process with this code, from 0 to 255. @defaultValue by the signal itself, as without this library */
  readonly exit?: number
  /** Hears how it went, before the process ends; a promise is given 1 s. */
  readonly onEnd?: (report: ShutdownReport) => unknown
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
}

/** How a shutdown went. */
export interface ShutdownReport {
  /** Beacons that were still lit when their time was up. */
  readonly lit: readonly string[]
  /** What went wrong, in plain words; empty when all ended well. */
  readonly problems: readonly string[]
  /** In milliseconds. */
  readonly took: number
}

/** A shutdown that is prepared. */
export interface Shutdown {
  /** Goes through the steps now, once, however often it is called; does not end the process. Never rejects. */
  begin(): Promise<ShutdownReport>
  /** Takes the signal handlers away. */
  remove(): void
}

/** After the signal has been raised again the process has so long to die of it; then it is ended. Process 1 of a container never does. */
const DYING = 1_000
/** So long is `onEnd` waited for: a log line that must get out. */
const LAST_WORD = 1_000

/**
 * Ends a service without losing work: readiness off; wait `delay`, still serving; wait for the beacons; `close()`; stop the
 * monitor; end the process.
 *
 * No step can starve the next: each may take half of what is left of `deadline`, the last one all of it. The process then
 * ends by the signal that began it, so that its parent sees the usual status; if the application listens to that signal
 * too, the end is left to it. A second signal ends the process at once.
 *
 * This is the only place where the library adds handlers to the process. `delay + deadline` should stay below the time after
 * which the supervisor kills: Kubernetes gives 30 s, systemd 90 s.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * gracefulShutdown(monitor, { close: () => server.close() })
 */
export function gracefulShutdown(monitor: Monitor, options: ShutdownOptions = {}): Shutdown {
  const plan = planOf(options)
  let ending: Promise<ShutdownReport> | undefined
  let signalled = false
  const begin = (): Promise<ShutdownReport> => {
    ending ??= proceed(monitor, plan)
    return ending
  }
  const remove = (): void => {
    for (const signal of plan.signals) process.off(signal, onSignal)
  }
  const end = (signal: NodeJS.Signals): void => {
    remove()
    endProcess(signal, plan)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!signalled) void begin().then(() => end(signal))
    else end(signal)
    signalled = true
  }
  for (const signal of plan.signals) process.on(signal, onSignal)
  return { begin, remove }
}

interface Plan {
  readonly signals: readonly NodeJS.Signals[]
  readonly delay: number
  readonly deadline: number
  readonly close: () => unknown
  readonly exit: number | undefined
  readonly onEnd: (report: ShutdownReport) => unknown
  readonly clock: Clock
}

function planOf(options: ShutdownOptions): Plan {
  const { signals = ['SIGTERM'], exit, close = nothing, onEnd = nothing, clock = systemClock() } = options
  return {
    signals: signalsIn(signals),
    delay: duration('gracefulShutdown.delay', options.delay ?? '5s', { min: 0, max: 6e5 }),
    deadline: duration('gracefulShutdown.deadline', options.deadline ?? '20s', { max: 36e5 }),
    close: functionIn('gracefulShutdown.close', close),
    exit: exit === undefined ? undefined : integerIn('gracefulShutdown.exit', exit, 0, 255),
    onEnd: functionIn('gracefulShutdown.onEnd', onEnd),
    clock,
  }
}

function signalsIn(signals: readonly NodeJS.Signals[]): readonly NodeJS.Signals[] {
  const range = "a list of signals that can be caught, such as ['SIGTERM', 'SIGINT']"
  if (!Array.isArray(signals)) throw new ConfigError('gracefulShutdown.signals', range, signals)
  for (const [i, signal] of signals.entries()) {
    const known = Object.hasOwn(constants.signals, signal) && signal !== 'SIGKILL' && signal !== 'SIGSTOP'
    if (!known) throw new ConfigError(`gracefulShutdown.signals[${i}]`, range, signal)
  }
  return [...new Set(signals)]
}

async function proceed(monitor: Monitor, plan: Plan): Promise<ShutdownReport> {
  const { clock } = plan
  const problems: string[] = []
  const began = clock.elapsed()
  const left = (): number => Math.max(0, began + plan.delay + plan.deadline - clock.elapsed())
  const step = async <T>(name: string, ms: number, work: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await within(clock, Math.ceil(ms), async () => work())
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`)
      return undefined
    }
  }

  void monitor.drain(0) // readiness off, at once; requests may still come, and light beacons
  await clock.sleep(plan.delay)
  const lit = (await step('drain', left(), () => monitor.drain(left() / 2))) ?? []
  await step('close', left() / 2, () => closed(plan.close()))
  await step('stop', left(), () => monitor.stop())
  const report: ShutdownReport = { lit, problems, took: clock.elapsed() - began }
  await step('onEnd', LAST_WORD, () => plan.onEnd(report))
  return report
}

/** A node server says when it has closed by an event, and gives itself back. */
function closed(result: unknown): unknown {
  const server = result as { once?: (event: 'close', listener: () => void) => void } | null
  if (typeof server !== 'object' || server === null || !('listening' in server) || !server.once) return result
  return new Promise<void>((resolve) => server.once?.('close', resolve))
}

function endProcess(signal: NodeJS.Signals, plan: Plan): void {
  if (plan.exit !== undefined) process.exit(plan.exit)
  if (process.listenerCount(signal) > 0) return
  process.kill(process.pid, signal)
  void plan.clock.sleep(DYING).then(() => process.exit(128 + constants.signals[signal]))
}

function nothing(): void {}
