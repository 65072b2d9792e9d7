import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics'
import { fillGap } from './column.js'
import { exponentialQuantiles } from './exponential-quantiles.js'
import { CumulativeHistogramColumn, DeltaHistogramColumn } from './histogram-column.js'

export class ExponentialColumn extends CumulativeHistogramColumn<ExponentialHistogram> {
  /** As the SDK handed them out: it makes new ones for every collection. */
  readonly #held: ExponentialHistogram[] = []

  protected hold(s: number, value: ExponentialHistogram): void {
    this.#held[s] = value
  }

  protected grown(s: number, value: ExponentialHistogram, _count: number, reset: boolean): boolean {
    const before = reset ? undefined : this.#held[s]
    this.#held[s] = value
    return exponentialQuantiles(this.quantiles, value, before)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#held, s, last)
  }
}

export class DeltaExponentialColumn extends DeltaHistogramColumn<ExponentialHistogram> {
  protected found(value: ExponentialHistogram): boolean {
    return exponentialQuantiles(this.quantiles, value)
  }
}
