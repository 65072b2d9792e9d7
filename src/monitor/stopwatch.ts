import type { Clock } from '../model/index.js'

/** How long our own work has held the event loop at the most. */
export class Stopwatch {
  #longest = 0

  constructor(private readonly clock: Clock) {}

  time<T>(work: () => T): T {
    const began = this.clock.elapsed()
    try {
      return work()
    } finally {
      this.#longest = Math.max(this.#longest, this.clock.elapsed() - began)
    }
  }

  /** Milliseconds, since it was last asked. */
  take(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }
}
