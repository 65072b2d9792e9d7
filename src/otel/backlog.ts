import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'

/** What an exporter was handed in one call. */
export interface Batch {
  readonly metrics: ResourceMetrics
  /** The collection that it is a part of: the SDK's end time, one object for all points of one. */
  readonly collection: object
  /** Monotonic time at which the first batch of the collection came. */
  readonly at: number
  readonly delta: boolean
  readonly points: number
}

/** Batches that wait for their turn. Bounded by the points in them. */
export class Backlog {
  /** Batches that a newer one made superfluous. */
  coalesced = 0
  /** Points dropped because too many were waiting. */
  lost = 0
  #waiting: Batch[] = []
  #newest: { readonly collection: object; readonly at: number } = { collection: {}, at: -1 }

  constructor(private readonly most: number) {}

  /**
   * A newer cumulative collection says all that an older one would, and replaces it; deltas must all be seen, up to the limit:
   * then the oldest is dropped.
   */
  add(metrics: ResourceMetrics, now: number): void {
    const batch = this.#batchOf(metrics, now)
    const before = this.#waiting.length
    this.#waiting = this.#waiting.filter((older) => older.delta || older.collection === batch.collection)
    this.coalesced += before - this.#waiting.length
    let points = this.#waiting.reduce((sum, older) => sum + older.points, batch.points)
    while (points > this.most && this.#waiting.length > 0) {
      const dropped = (this.#waiting.shift() as Batch).points
      points -= dropped
      this.lost += dropped
    }
    this.#waiting.push(batch)
  }

  next(): Batch | undefined {
    return this.#waiting.shift()
  }

  #batchOf(metrics: ResourceMetrics, now: number): Batch {
    const all = metrics.scopeMetrics.flatMap((scope) => scope.metrics)
    const collection = collectionOf(all)
    if (collection !== this.#newest.collection) this.#newest = { collection, at: now }
    const delta = all.some((metric) => metric.aggregationTemporality === 0)
    const points = all.reduce((sum, metric) => sum + metric.dataPoints.length, 0)
    return { metrics, collection, at: this.#newest.at, delta, points }
  }
}

function collectionOf(metrics: readonly MetricData[]): object {
  const first = metrics.find((metric) => metric.dataPoints.length > 0)?.dataPoints[0]
  return first?.endTime ?? {}
}
