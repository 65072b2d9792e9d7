import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { pointsOf } from '../durable/metrics.js'

interface Entry {
  readonly metrics: ResourceMetrics
  readonly at: number
  readonly points: number
}

/** The collections of the last minutes in full, in bounded memory, until they are shipped. */
export class FlightRecorder {
  /** Points that had to go before their time. */
  lost = 0
  #entries: Entry[] = []
  #points = 0

  /** @param span - in milliseconds. */
  constructor(
    private readonly span: number,
    private readonly mostPoints: number,
  ) {}

  record(metrics: ResourceMetrics, now: number): void {
    const points = pointsOf(metrics.scopeMetrics.flatMap((scope) => scope.metrics))
    this.#entries.push({ metrics, at: now, points })
    this.#points += points
    while (this.#entries.length > 0 && now - (this.#entries[0] as Entry).at > this.span) this.#shift()
    while (this.#points > this.mostPoints) this.lost += this.#shift()
  }

  /** All there is, the oldest first; it is empty then. */
  take(): readonly ResourceMetrics[] {
    const taken = this.#entries
    this.#entries = []
    this.#points = 0
    return taken.map(({ metrics }) => metrics)
  }

  #shift(): number {
    const points = this.#entries.shift()?.points ?? 0
    this.#points -= points
    return points
  }
}
