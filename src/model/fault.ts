/** A failure of ours or of user code that we ran. The host never sees it as an exception. */
export interface Fault {
  /** The part that failed: its name. */
  readonly part: string
  /** Secrets that have the form of one are masked, and values of variables whose names say so. */
  readonly message: string
  /** What was thrown, as it was, when something was: shown and exported nowhere. */
  readonly error?: unknown
  /** In milliseconds since the epoch. */
  readonly time: number
  /** How often this part has failed so far. */
  readonly count: number
  /** Until when the part is set aside, when it is; milliseconds since the epoch. */
  readonly benchedUntil?: number
}
