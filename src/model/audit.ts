/** One line of the audit trail: what was asked, decided, done or seen about a repair. Secrets are masked. */
export interface AuditEntry {
  /** Counts up by one; a gap is a line that was lost or rotated away. */
  readonly seq: number
  /** In milliseconds since the epoch. */
  readonly time: number
  /** What the line is about; see {@link AuditEvent}. */
  readonly event: AuditEvent
  /** The remediation's name; empty for the off switch and for commands. */
  readonly playbook: string
  /** The run: an action's id, a command's. */
  readonly run: string
  readonly incident: string
  readonly attempt: number
  /** With `outcome`: an action's outcome; with `refused`: the guard; with `command`: `accepted`, `done`, `failed` or `refused`. */
  readonly what: string
  /** Evidence, reason or output, in plain words. */
  readonly text: string
}

/**
 * `refused` by a guard, `asked` of a person, `approved` or `declined` by one; `started`: the intent is on disk; `step` begins, and
 * `step done` or `step failed`; `undo` of a step begins; `outcome`; `escalated`; `shadow`: what it would have done, and what came of
 * it; `switch`: turned off or on; `command`: one from afar.
 */
export type AuditEvent =
  | 'refused'
  | 'asked'
  | 'approved'
  | 'declined'
  | 'started'
  | 'step'
  | 'step done'
  | 'step failed'
  | 'undo'
  | 'outcome'
  | 'escalated'
  | 'shadow'
  | 'switch'
  | 'command'

/** A trail of what was done, kept in the store. */
export interface Audit {
  /** Adds a line; resolves when it is on disk. */
  append(entry: Omit<AuditEntry, 'seq' | 'time'>): Promise<void>
  /** Oldest first. */
  read(): Promise<readonly AuditEntry[]>
}
