import { VITALS } from '../../model/signals/vitals.js'
import type { Gauges } from '../machine/gauges.js'

type Origin = 'uncaughtException' | 'unhandledRejection'

/**
 * Counts uncaught exceptions and unhandled rejections, and changes nothing about what becomes of them: `uncaughtExceptionMonitor` is
 * told before the process ends or a handler of the app's takes over, and rejections become exceptions by default. Where they are
 * made warnings instead, the warnings are counted.
 */
export class Crashes {
  readonly #counts: Record<Origin, number> = { uncaughtException: 0, unhandledRejection: 0 }
  #raised = false

  constructor(private readonly gauges: Gauges) {
    process.on('uncaughtExceptionMonitor', this.#exception)
    process.on('warning', this.#warning)
  }

  take(): void {
    for (const origin of ['uncaughtException', 'unhandledRejection'] as const) {
      this.gauges.gauge(VITALS.exceptions, this.#counts[origin], origin)
      this.#counts[origin] = 0
    }
  }

  end(): void {
    process.off('uncaughtExceptionMonitor', this.#exception)
    process.off('warning', this.#warning)
  }

  readonly #exception = (_: unknown, origin: Origin): void => {
    if (origin === 'unhandledRejection') this.#raised = true
    this.#count(origin)
  }

  /** Of each there are two: the reason, and this. In the mode `strict` one that was raised and taken is warned of as well. */
  readonly #warning = ({ name, message }: Error): void => {
    const isOne = name === 'UnhandledPromiseRejectionWarning' && message.startsWith('Unhandled promise rejection.')
    if (isOne && !this.#raised) this.#count('unhandledRejection')
  }

  /** Observed at once: the process may not see the end of the window. */
  #count(origin: Origin): void {
    if (!Object.hasOwn(this.#counts, origin)) return
    this.gauges.gauge(VITALS.exceptions, ++this.#counts[origin], origin)
  }
}
