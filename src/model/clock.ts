/**
 * Time, as the shell reads it. Two readings and a way to wait; everything else gets time as a value.
 *
 * Replace it to run a month in a second: see `virtualClock()` in `pi-uptime/testing`.
 */
export interface Clock {
  /** Wall time in milliseconds since the epoch. May jump, both ways. For stamps. */
  now(): number
  /** Monotonic time in milliseconds since some start. Never goes back. For spans. */
  elapsed(): number
  /**
   * Waits. Resolves after `ms` of monotonic time, or as soon as `abort` fires; never rejects, and never keeps the process alive.
   * `sleep(0)` lets the event loop turn once.
   */
  sleep(ms: number, abort?: AbortSignal): Promise<void>
}
