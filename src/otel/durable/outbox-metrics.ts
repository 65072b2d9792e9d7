import type { BatchObservableResult, MeterProvider } from '@opentelemetry/api'
import type { OutboxStatus } from '../../edge/outbox/outlet.js'
import { ATTRIBUTE, METRIC } from '../../model/index.js'
import { SCOPE } from '../own-metrics.js'
import { providersOf } from '../providers.js'

/** The counts of an outbox as OpenTelemetry metrics. */
export class OutboxMetrics {
  #bound: { readonly provider: MeterProvider; unbind(): void } | undefined
  #looking = false

  constructor(
    private readonly meterProvider: unknown,
    private readonly status: () => OutboxStatus,
  ) {}

  /** Observes through the provider that is there now. Never rejects; cheap to call again. */
  async bind(): Promise<void> {
    if (this.#bound || this.#looking) return
    this.#looking = true
    try {
      const providers = await providersOf({ meterProvider: this.meterProvider })
      const provider = providers.meters()
      if (providers.isLive(provider)) this.#bind(provider)
    } catch {
      // without the API nothing is exported
    }
    this.#looking = false
  }

  unbind(): void {
    this.#bound?.unbind()
    this.#bound = undefined
  }

  #bind(provider: MeterProvider): void {
    const meter = provider.getMeter(SCOPE)
    const records = meter.createObservableCounter(METRIC.outboxRecords, {
      unit: '{record}',
      description: 'Records of an outbox, by what became of them',
    })
    const waiting = meter.createObservableGauge(METRIC.outboxWaiting, {
      unit: '{record}',
      description: 'Records that wait to be sent',
    })
    const usage = meter.createObservableGauge(METRIC.outboxUsage, {
      unit: 'By',
      description: 'Bytes that the outbox takes on disk',
    })
    const observe = (result: BatchObservableResult): void => {
      const { name, accepted, delivered, rejected, dropped, waiting: left, bytes } = this.status()
      const lane = { [ATTRIBUTE.lane]: name }
      for (const [outcome, count] of Object.entries({ accepted, delivered, rejected }))
        result.observe(records, count, { ...lane, [ATTRIBUTE.outcome]: outcome })
      for (const [cause, count] of Object.entries(dropped))
        result.observe(records, count, { ...lane, [ATTRIBUTE.outcome]: 'dropped', [ATTRIBUTE.cause]: cause })
      result.observe(waiting, left, lane)
      result.observe(usage, bytes, lane)
    }
    const all = [records, waiting, usage]
    meter.addBatchObservableCallback(observe, all)
    this.#bound = { provider, unbind: () => meter.removeBatchObservableCallback(observe, all) }
  }
}
