import type { Context } from './context.js'
import type { Incident } from './incident.js'

/**
 * A repair as a value. The monitor decides when it runs and judges by the signals whether it helped.
 *
 * @example
 * const recycle: Remediation = { name: 'recycle-pool', apply: () => pool.drain(), verify: () => pool.ping() }
 */
export interface Remediation {
  readonly name: string
  /** Does the work. Must be safe to do twice. Obey `context.abort`. */
  apply(incident: Incident, context: Context): Promise<void> | void
  /** Asked after the signals have recovered: false means that it did not help after all. */
  verify?(incident: Incident, context: Context): Promise<boolean> | boolean
  /** Takes the work back, when it did not help. */
  undo?(incident: Incident, context: Context): Promise<void> | void
}
