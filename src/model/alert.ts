import type { Context } from './context.js'
import type { Incident } from './incident.js'

/** Why a person is told. */
export type AlertReason = 'opened' | 'worsened' | 'reminder' | 'resolved'

/** One message about one incident. */
export interface Alert {
  /** The incident's id: the key that receivers group and resolve by. */
  readonly id: string
  readonly reason: AlertReason
  readonly service: string
  readonly incident: Incident
  /** When it was decided, in milliseconds since the epoch. */
  readonly time: number
  /** One plain line for a phone's screen. */
  readonly summary: string
}

/**
 * A way to tell people. Reject when it did not arrive: the alert is then tried again, later and later.
 *
 * @example
 * const log: Channel = { name: 'log', send: async alert => logger.warn(alert.summary) }
 */
export interface Channel {
  readonly name: string
  send(alert: Alert, context: Context): Promise<void>
}
