import type { Handle } from '../model/index.js'
import { type Column, fillGap, type Stream } from './column.js'
import { QUANTILE_SUFFIXES } from './quantiles.js'

/** What one series makes, in this order. */
const SUFFIXES = ['.rate', '.mean', ...QUANTILE_SUFFIXES]
const HANDLES = SUFFIXES.length

/**
 * A histogram: how many a second, and the mean and quantiles of what came in since the collection before. While nothing comes
 * in, the rate is 0 and the others are silent.
 */
abstract class HistogramColumn implements Column {
  protected perSecond: number = Number.NaN
  /** What a concrete column has found. */
  protected readonly quantiles: Float64Array = new Float64Array(QUANTILE_SUFFIXES.length)
  readonly #titles: readonly string[]
  readonly #handles: (Handle | undefined)[] = []

  constructor(private readonly stream: Stream) {
    this.#titles = SUFFIXES.map((suffix) => stream.name + suffix)
  }

  begin(perSecond: number): void {
    this.perSecond = perSecond
  }

  add(s: number, _value: unknown): void {
    for (let i = 0; i < HANDLES; i++) this.#handles[s * HANDLES + i] = undefined
  }

  abstract take(s: number, value: unknown): void

  absent(_s: number): void {}

  drop(s: number, last: number): void {
    this.#handles.copyWithin(s * HANDLES, last * HANDLES, (last + 1) * HANDLES)
    this.#handles.length = last * HANDLES
  }

  protected rate(s: number, count: number): void {
    this.#record(s * HANDLES, s, this.#titles[0] as string, '1/s', count * this.perSecond)
  }

  protected mean(s: number, mean: number): void {
    this.#record(s * HANDLES + 1, s, this.#titles[1] as string, this.stream.unit, mean)
  }

  /** Records the {@link quantiles}. */
  protected shape(s: number): void {
    for (let i = 0; i < QUANTILE_SUFFIXES.length; i++) {
      const title = this.#titles[2 + i] as string
      this.#record(s * HANDLES + 2 + i, s, title, this.stream.unit, this.quantiles[i] as number)
    }
  }

  #record(at: number, s: number, title: string, unit: string, value: number): void {
    let handle = this.#handles[at]
    if (handle === undefined) {
      handle = this.stream.bind(s, title, unit)
      this.#handles[at] = handle
    }
    handle.record(value)
  }
}

/** A cumulative histogram: what has grown since the collection before. A count that has fallen was reset, and counts from 0. */
export abstract class CumulativeHistogramColumn<Value extends { count: number; sum?: number }> extends HistogramColumn {
  readonly #counts: number[] = []
  readonly #sums: number[] = []

  override add(s: number, value: Value): void {
    super.add(s, value)
    this.#keep(s, value)
    this.hold(s, value)
  }

  take(s: number, value: Value): void {
    if (this.perSecond === 0) return
    const before = this.#counts[s] as number
    const reset = value.count < before
    const count = reset ? value.count : value.count - before
    const sum = (value.sum ?? Number.NaN) - (reset ? 0 : (this.#sums[s] as number))
    this.#keep(s, value)
    this.rate(s, count)
    if (!(count > 0)) return
    if (value.sum !== undefined) this.mean(s, sum / count)
    if (this.grown(s, value, count, reset)) this.shape(s)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#counts, s, last)
    fillGap(this.#sums, s, last)
  }

  /** Finds the quantiles of the `count` that has come, or, when it was reset, of everything; keeps the buckets as {@link hold} does. */
  protected abstract grown(s: number, value: Value, count: number, reset: boolean): boolean

  /** Keeps the buckets for the next collection. */
  protected abstract hold(s: number, value: Value): void

  #keep(s: number, value: Value): void {
    this.#counts[s] = value.count
    this.#sums[s] = value.sum ?? Number.NaN
  }
}

/** A delta histogram: each collection stands alone; the rate is 0 while absent. */
export abstract class DeltaHistogramColumn<Value extends { count: number; sum?: number }> extends HistogramColumn {
  /** What came in collections too close to the one before. */
  readonly #early: number[] = []

  override add(s: number, value: Value): void {
    super.add(s, value)
    this.#early[s] = 0
    this.#describe(s, value)
  }

  take(s: number, value: Value): void {
    this.#count(s, value.count)
    this.#describe(s, value)
  }

  override absent(s: number): void {
    this.#count(s, 0)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#early, s, last)
  }

  /** Finds the quantiles of what came in. */
  protected abstract found(value: Value): boolean

  #count(s: number, more: number): void {
    const count = (this.#early[s] as number) + more
    this.#early[s] = this.perSecond === 0 ? count : 0
    if (this.perSecond !== 0) this.rate(s, count)
  }

  #describe(s: number, value: Value): void {
    if (!(value.count > 0)) return
    if (value.sum !== undefined) this.mean(s, value.sum / value.count)
    if (this.found(value)) this.shape(s)
  }
}
