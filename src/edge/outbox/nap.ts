import type { Clock } from '../../model/index.js'

/** A wait that can be ended by something happening; what happened since the last wait ends the next one at once. */
export class Nap {
  #abort = new AbortController()

  async take(clock: Clock, ms: number): Promise<void> {
    const { signal } = this.#abort
    if (!signal.aborted) await clock.sleep(ms, signal)
    this.#abort = new AbortController()
  }

  end(): void {
    this.#abort.abort()
  }
}
