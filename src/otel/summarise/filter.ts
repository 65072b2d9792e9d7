import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Incident } from '../../model/index.js'
import type { ExportResult } from '../durable/verdict.js'
import type { SummariseStats } from '../summarise.js'
import { Digest } from './digest.js'
import type { FlightRecorder } from './flight-recorder.js'

/** How a {@link Filter} decides. Times in milliseconds. */
export interface FilterPlan {
  readonly every: number
  readonly after: number
  readonly recorder: FlightRecorder
  now(): number
}

/** Decides what goes out. */
export class Filter {
  #collections = 0
  #detailed = 0
  #summaries = 0
  readonly #digest = new Digest()
  readonly #open = new Set<string>()
  #windowAt: number
  #detailUntil = Number.NEGATIVE_INFINITY

  constructor(
    private readonly exporter: PushMetricExporter,
    private readonly plan: FilterPlan,
  ) {
    this.#windowAt = plan.now()
  }

  get stats(): SummariseStats {
    return {
      collections: this.#collections,
      detailed: this.#detailed,
      summaries: this.#summaries,
      lost: this.plan.recorder.lost,
    }
  }

  /** @returns whether what was recorded is to be shipped */
  hear({ id, state }: Incident): boolean {
    const wasOpen = this.#open.has(id)
    if (state === 'open') this.#open.add(id)
    else if (this.#open.delete(id)) this.#detailUntil = this.plan.now() + this.plan.after
    return state === 'open' && !wasOpen
  }

  take(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const now = this.plan.now()
    this.#collections++
    if (this.#open.size > 0 || now < this.#detailUntil || hasDeltas(metrics)) {
      this.#detailed++
      this.#windowAt = now
      this.exporter.export(metrics, done)
      return
    }
    this.plan.recorder.record(metrics, now)
    this.#digest.take(metrics)
    const summary = now - this.#windowAt < this.plan.every ? undefined : this.#digest.turn()
    if (!summary) {
      done({ code: 0 })
      return
    }
    this.#windowAt = now
    this.#summaries++
    this.exporter.export(summary, done)
  }

  /** Sends what was recorded, one collection after another. Rejects when the exporter fails. */
  async ship(): Promise<void> {
    for (const metrics of this.plan.recorder.take()) {
      this.#detailed++
      await this.#send(metrics)
    }
    this.#digest.turn() // it was sent in full
  }

  /** Sends what has come since the last summary. */
  async flush(): Promise<void> {
    const summary = this.#digest.turn()
    if (!summary) return
    this.#summaries++
    await this.#send(summary).catch(() => {})
  }

  #send(metrics: ResourceMetrics): Promise<void> {
    return new Promise((resolve, reject) => {
      this.exporter.export(metrics, ({ code, error }) =>
        code === 0 ? resolve() : reject(error ?? new Error('the exporter failed')),
      )
    })
  }
}

function hasDeltas({ scopeMetrics }: ResourceMetrics): boolean {
  return scopeMetrics.some(({ metrics }) =>
    metrics.some(({ aggregationTemporality }) => (aggregationTemporality as number) === 0),
  )
}
