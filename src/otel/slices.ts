import type { Clock } from '../model/index.js'

/** So long may we hold the event loop at a stretch, in milliseconds of monotonic time. */
const STRETCH = 1

/** Cuts a long walk into stretches, between which the event loop turns, and keeps the accounts. */
export class Slices {
  /** Milliseconds at work, in total. */
  busy = 0
  /** The longest stretch, in milliseconds. */
  longest = 0
  #began = 0

  constructor(private readonly clock: Clock) {}

  begin(): void {
    this.#began = this.clock.elapsed()
  }

  end(): void {
    const span = this.clock.elapsed() - this.#began
    this.busy += span
    if (span > this.longest) this.longest = span
  }

  /** Whether it is time to let others work. */
  get over(): boolean {
    return this.clock.elapsed() - this.#began >= STRETCH
  }

  async turn(): Promise<void> {
    this.end()
    await this.clock.sleep(0)
    this.begin()
  }
}
