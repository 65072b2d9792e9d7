import type { Clock } from '../model/index.js'

/** A difference between wall and monotonic time above this is a jump, below it is drift. Milliseconds. */
const JUMP = 1_000

/**
 * The time that stages see: it follows the wall clock, and never goes back.
 *
 * When the wall jumps forward, so does the timeline. When the wall jumps back, the timeline goes on at half speed until the
 * wall has caught up. Either way `onJump` is told once. Reading is a field access: the clock is read at most once in
 * `resolution` milliseconds, and not at all while nobody records.
 */
export class Timeline {
  /** Milliseconds since the epoch, as of the last refresh. */
  time: number
  /** Whether the next reader must {@link refresh}. */
  stale = true
  #elapsed: number
  #wall: number

  constructor(
    private readonly clock: Clock,
    private readonly resolution: number,
    private readonly onJump: (ms: number) => void,
  ) {
    this.time = clock.now()
    this.#wall = this.time
    this.#elapsed = clock.elapsed()
  }

  /** Starts no earlier than `time`: memory restored from then must not see time go back. */
  notBefore(time: number): void {
    if (time > this.time) this.time = time
  }

  refresh(): number {
    const elapsed = this.clock.elapsed()
    const wall = this.clock.now()
    const passed = Math.max(0, elapsed - this.#elapsed)
    const jump = wall - this.#wall - passed
    this.#elapsed = elapsed
    this.#wall = wall
    this.time = Math.max(wall, this.time + passed / 2)
    if (this.resolution > 0 && this.stale) this.#expire()
    if (Math.abs(jump) > JUMP) this.onJump(jump)
    return this.time
  }

  #expire(): void {
    this.stale = false
    void this.clock.sleep(this.resolution).then(this.#age)
  }

  readonly #age = (): void => {
    this.stale = true
  }
}
