import { addTo, emptyOctaves, type Octaves, quantileOf } from '../../math/octaves.js'

/** What one operation, or one edge of the call graph, did in the present window. Counts are weights. */
export class Tally {
  calls = 0
  failed = 0
  /** When it was last called, in milliseconds. */
  seenAt = 0
  /** Traces of the last window that had one: the slowest call, and the last that failed. */
  slowest = ''
  failure = ''
  #seconds = 0
  #longest = -1
  readonly #sizes: Octaves = emptyOctaves()

  add(seconds: number, hasFailed: boolean, weight: number, trace: string, now: number): void {
    this.seenAt = now
    this.calls += weight
    this.#seconds += weight * seconds
    addTo(this.#sizes, seconds, weight)
    if (seconds > this.#longest) {
      this.#longest = seconds
      this.slowest = trace
    }
    if (!hasFailed) return
    this.failed += weight
    this.failure = trace
  }

  /** In seconds; `NaN` where there was no call. */
  get mean(): number {
    return this.#seconds / this.calls
  }

  /** In seconds, right to a tenth, and never more than the longest; `NaN` where there was no call. */
  quantile(share: number): number {
    return Math.min(this.#longest, quantileOf(this.#sizes, share)) || Number.NaN
  }

  /** The next window begins. The traces stay until there are others. */
  turn(): void {
    this.calls = 0
    this.failed = 0
    this.#seconds = 0
    this.#longest = -1
    this.#sizes.fill(0)
  }
}
