import type { SnapshotFlaw } from './snapshot-format.js'

/** What became of a start. */
export interface Restored {
  /** Memories that wait for their parts and signals. */
  readonly records: number
  /** Those among them whose part, by name and version, is not running. */
  readonly foreign: number
  /** The latest time that any memory has seen; stages must not see an earlier one. */
  readonly time?: number
  /** Why nothing was restored: a flaw, more than a day ahead of the clock, nothing there, or a store that did not answer. */
  readonly reason?: SnapshotFlaw | 'ahead' | 'nothing there' | 'no answer'
}

/** What became of a save. `busy`: one is still under way. */
export type Saved = 'saved' | 'busy' | 'failed'

/** Counted since the process began. */
export interface SnapshotCounts {
  saved: number
  /** Saves left out because one was under way. */
  busy: number
  /** Saves and starts that the store has failed. */
  failed: number
  /** Memories read. */
  restored: number
  /** Memories handed to their parts. */
  adopted: number
  /** Memories read whose part is not running. */
  foreign: number
  /** Memories that a save has left out: no plain data, too large, no room. */
  refused: number
  /** Snapshots refused. */
  setAside: number
}

export function noCounts(): SnapshotCounts {
  return { saved: 0, busy: 0, failed: 0, restored: 0, adopted: 0, foreign: 0, refused: 0, setAside: 0 }
}
