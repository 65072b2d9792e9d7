import type { Clock } from '../../model/index.js'

/**
 * Cuts long work into slices, so that the event loop stays free: do a small step, and when one is `due` take a `rest`.
 */
export class Slices {
  #began: number

  /** @param longest - milliseconds of work between two rests. */
  constructor(
    private readonly clock: Clock,
    private readonly longest: number,
  ) {
    this.#began = clock.elapsed()
  }

  get due(): boolean {
    return this.clock.elapsed() - this.#began >= this.longest
  }

  /** Lets the event loop turn once. */
  async rest(): Promise<void> {
    await this.clock.sleep(0)
    this.#began = this.clock.elapsed()
  }
}
