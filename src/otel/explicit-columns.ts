import type { Histogram } from '@opentelemetry/sdk-metrics'
import { fillGap } from './column.js'
import { explicitQuantiles } from './explicit-quantiles.js'
import { CumulativeHistogramColumn, DeltaHistogramColumn } from './histogram-column.js'

export class ExplicitColumn extends CumulativeHistogramColumn<Histogram> {
  /** The counts of all series, one after the other. */
  #held: Float64Array = new Float64Array(0)
  #buckets = 0
  /** The largest value of each series since it began. */
  readonly #maxima: number[] = []

  protected hold(s: number, { buckets: { counts }, max = Number.NaN }: Histogram): void {
    if (counts.length !== this.#buckets) this.#reshape(counts.length)
    const at = s * this.#buckets
    if (at + this.#buckets > this.#held.length) this.#enlarge(at + this.#buckets)
    for (let i = 0; i < counts.length; i++) this.#held[at + i] = counts[i] as number
    this.#maxima[s] = max
  }

  protected grown(s: number, value: Histogram, count: number, reset: boolean): boolean {
    const { counts, boundaries } = value.buckets
    const min = value.min ?? Number.NaN
    const top = this.#top(s, value, reset)
    if (reset || counts.length !== this.#buckets) {
      this.hold(s, value)
      return explicitQuantiles(this.quantiles, counts, value.count, boundaries, min, top)
    }
    this.#maxima[s] = value.max ?? Number.NaN
    return explicitQuantiles(this.quantiles, counts, count, boundaries, min, top, this.#held, s * this.#buckets)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    this.#held.copyWithin(s * this.#buckets, last * this.#buckets, (last + 1) * this.#buckets)
    fillGap(this.#maxima, s, last)
  }

  /** The largest value since the start says little about this interval when it lies in no bucket, unless it has just grown. */
  #top(s: number, { max = Number.NaN, buckets: { boundaries } }: Histogram, reset: boolean): number {
    const last = boundaries[boundaries.length - 1] ?? max
    return max > last && !reset && !(max > (this.#maxima[s] as number)) ? last : max
  }

  /** Other boundaries than before: what is held tells nothing any more. */
  #reshape(buckets: number): void {
    this.#held = new Float64Array(buckets * Math.max(16, this.#maxima.length))
    this.#buckets = buckets
  }

  #enlarge(length: number): void {
    const wider = new Float64Array(2 * length)
    wider.set(this.#held)
    this.#held = wider
  }
}

export class DeltaExplicitColumn extends DeltaHistogramColumn<Histogram> {
  protected found({ buckets, count, min = Number.NaN, max = Number.NaN }: Histogram): boolean {
    return explicitQuantiles(this.quantiles, buckets.counts, count, buckets.boundaries, min, max)
  }
}
