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
  /**
   * Does the work. Must be safe to do twice. Obey `context.abort`. A text that it answers with goes into the audit trail, its
   * secrets masked.
   */
  apply(incident: Incident, context: Context): Promise<unknown> | unknown
  /** Asked just before it is applied: why it cannot be done now, in one plain sentence; nothing when it can. */
  precondition?(incident: Incident, context: Context): Promise<string | undefined> | string | undefined
  /** Asked after the signals have recovered: false means that it did not help after all. */
  verify?(incident: Incident, context: Context): Promise<boolean> | boolean
  /** Takes the work back, when it did not help. Must be safe to do twice, and without any `apply`. */
  undo?(incident: Incident, context: Context): Promise<void> | void
  /** Whether it ends this process or this machine. Such a step is the last one, is never done on overload, and is verified by the next process. @defaultValue false */
  readonly restarts?: boolean
  /** The room that it needs; without it, it is not done. @defaultValue none is asked for */
  readonly needs?: Room
}

/** What a heavy step needs. */
export interface Room {
  /** Free bytes on the disk. */
  readonly disk?: number
  /** Where on the disk. @defaultValue the working directory */
  readonly path?: string
  /** Bytes of memory that this process may still use. */
  readonly memory?: number
}
