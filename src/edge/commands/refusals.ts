import type { Clock } from '../../model/index.js'

/** Lines about refusals in an hour. Whoever can send would otherwise wear out the disk, and push the trail of repairs out of its bounds. */
const LINES = 20
const WINDOW = 3_600_000

/** Which refusals are written down one by one; the others are written as their number. */
export class Refusals {
  #lines = 0
  #more = 0
  #windowEnds = 0

  constructor(
    private readonly clock: Clock,
    private readonly write: (text: string, id: string) => Promise<void>,
  ) {}

  add(text: string, id: string): void {
    this.tick()
    if (this.#lines >= LINES) this.#more++
    else this.#say(text, id)
  }

  /** Time passes. */
  tick(): void {
    const now = this.clock.elapsed()
    if (now < this.#windowEnds) return
    const more = this.#more
    this.#windowEnds = now + WINDOW
    this.#lines = 0
    this.#more = 0
    if (more > 0) this.#say(`${more} more in the hour before`, '')
  }

  #say(text: string, id: string): void {
    this.#lines++
    this.write(text, id).catch(() => undefined) // a refusal stands, written or not; it is counted
  }
}
