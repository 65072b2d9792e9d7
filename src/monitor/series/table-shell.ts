import type { Finding } from '../../model/index.js'
import type { Guard } from '../guard.js'
import type { Timeline } from '../timeline.js'

/** What the table needs of the shell. */
export interface TableShell {
  readonly guard: Guard
  readonly timeline: Timeline
  /** Where the findings of a part go. */
  found(findings: readonly Finding[], by: string): void
  /** Counts what is not kept. */
  drop(cause: string): void
  /** The restored memory of a part for a signal, taken out; `undefined` when there is none. */
  adopt(part: string, key: string): unknown
}

/** The memory of one watcher for one signal or group, as it is saved. */
export interface Memory {
  readonly part: string
  readonly key: string
  readonly state: unknown
}
