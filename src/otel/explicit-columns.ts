import type { Histogram } from '@opentelemetry/sdk-metrics'
import { fillGap } from './column.js'
import { explicitQuantiles } from './explicit-quantiles.js'
import { CumulativeHistogramColumn, DeltaHistogramColumn } from './histogram-column.js'

/** So many series keep their counts in one array: one for all would have to be copied whole whenever it is full. */
const PER_BLOCK = 32

export class ExplicitColumn extends CumulativeHistogramColumn<Histogram> {
  /** The counts of the series, one after the other. */
  #blocks: Float64Array[] = []
  #buckets = 0
  /** The largest value of each series since it began. */
  readonly #maxima: number[] = []

  protected hold(s: number, { buckets: { counts }, max = Number.NaN }: Histogram): void {
    if (counts.length !== this.#buckets) this.#reshape(counts.length)
    const block = this.#block(s)
    const at = this.#at(s)
    for (let i = 0; i < counts.length; i++) block[at + i] = counts[i] as number
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
    return explicitQuantiles(this.quantiles, counts, count, boundaries, min, top, this.#block(s), this.#at(s))
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    const from = this.#at(last)
    this.#block(s).set(this.#block(last).subarray(from, from + this.#buckets), this.#at(s))
    this.#blocks.length = Math.ceil(last / PER_BLOCK)
    fillGap(this.#maxima, s, last)
  }

  /** Where a series' counts are, which is made when it is missing. */
  #block(s: number): Float64Array {
    const number = Math.floor(s / PER_BLOCK)
    let block = this.#blocks[number]
    if (!block) {
      block = new Float64Array(PER_BLOCK * this.#buckets)
      this.#blocks[number] = block
    }
    return block
  }

  #at(s: number): number {
    return (s % PER_BLOCK) * this.#buckets
  }

  /** The largest value since the start says little about this interval when it lies in no bucket, unless it has just grown. */
  #top(s: number, { max = Number.NaN, buckets: { boundaries } }: Histogram, reset: boolean): number {
    const last = boundaries[boundaries.length - 1] ?? max
    return max > last && !reset && !(max > (this.#maxima[s] as number)) ? last : max
  }

  /** Other boundaries than before: what is held tells nothing any more. */
  #reshape(buckets: number): void {
    this.#blocks = []
    this.#buckets = buckets
  }
}

export class DeltaExplicitColumn extends DeltaHistogramColumn<Histogram> {
  protected found({ buckets, count, min = Number.NaN, max = Number.NaN }: Histogram): boolean {
    return explicitQuantiles(this.quantiles, buckets.counts, count, buckets.boundaries, min, max)
  }
}
