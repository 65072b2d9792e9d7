import type { Alert, AlertReason, Channel } from '../model/index.js'

/** A channel that keeps what it was given. */
export interface Recorder extends Channel {
  /** In order of arrival. */
  readonly alerts: readonly Alert[]
  readonly reasons: readonly AlertReason[]
  readonly summaries: readonly string[]
  /** Makes the next `times` sends reject, as a receiver that is down. */
  fail(times: number): void
}

/**
 * A channel for tests.
 *
 * @example
 * const pager = recorder()
 * const world = rig({ watch: [anomaly()], respond: [alert({ to: pager })] })
 * // …
 * assert.deepEqual(pager.reasons, ['opened', 'resolved'])
 */
export function recorder(name = 'recorder'): Recorder {
  const alerts: Alert[] = []
  let failures = 0
  return {
    name,
    alerts,
    get reasons() {
      return alerts.map(({ reason }) => reason)
    },
    get summaries() {
      return alerts.map(({ summary }) => summary)
    },
    fail(times) {
      failures = times
    },
    async send(alert) {
      if (failures > 0) {
        failures--
        throw new Error('the receiver is down')
      }
      alerts.push(alert)
    },
  }
}
