import { systemClock } from '../../edge/system-clock.js'
import { type Clock, ConfigError, type Duration, duration, functionIn, integerIn } from '../../model/index.js'

/** How a `gracefulShutdown()` goes. */
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

/** The options, checked; times in milliseconds. */
export interface Plan {
  readonly signals: readonly NodeJS.Signals[]
  readonly delay: number
  readonly deadline: number
  readonly close: () => unknown
  readonly exit: number | undefined
  readonly onEnd: (report: ShutdownReport) => unknown
  readonly clock: Clock
}

/** @throws ConfigError naming the field. */
export function planOf(options: ShutdownOptions): Plan {
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
  const { constants } = process.getBuiltinModule('node:os')
  const range = "a list of signals that can be caught, such as ['SIGTERM', 'SIGINT']"
  if (!Array.isArray(signals)) throw new ConfigError('gracefulShutdown.signals', range, signals)
  for (const [i, signal] of signals.entries()) {
    const known = Object.hasOwn(constants.signals, signal) && signal !== 'SIGKILL' && signal !== 'SIGSTOP'
    if (!known) throw new ConfigError(`gracefulShutdown.signals[${i}]`, range, signal)
  }
  return [...new Set(signals)]
}

function nothing(): void {}
