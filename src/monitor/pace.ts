import type { Clock } from '../model/index.js'

/** While all is well, a tick comes so many times less often: a board that sleeps is a board that saves power. */
const IDLE = 30

/** When the next tick comes: soon while something is open, seldom while all is well. */
export class Pace {
  /** Ends a long wait; replaced once used. */
  #nap = new AbortController()

  constructor(
    private readonly clock: Clock,
    private readonly tick: number,
  ) {}

  /** Waits for the next tick, or for a {@link wake}. */
  async next(busy: boolean): Promise<void> {
    await this.clock.sleep(busy ? this.tick : IDLE * this.tick, this.#nap.signal)
  }

  /** Ends a wait: something has happened that ticks matter for. */
  wake(): void {
    const nap = this.#nap
    this.#nap = new AbortController()
    nap.abort()
  }
}
