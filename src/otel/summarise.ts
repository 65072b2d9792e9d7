import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import { systemClock } from '../edge/system-clock.js'
import {
  type Clock,
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  integerIn,
  NONE,
  type Responder,
  textIn,
} from '../model/index.js'
import { Filter } from './summarise/filter.js'
import { FlightRecorder } from './summarise/flight-recorder.js'

/** How {@link summarise} thins out. */
export interface SummariseOptions {
  /** In calm, one summary in so long. From 10 s to 1 d. @defaultValue `'5m'` */
  readonly every?: Duration
  /** So much in full from before an incident. From 10 s to 1 h. @defaultValue `'5m'` */
  readonly before?: Duration
  /** All in full for so long after the last incident has closed. From 0 to 1 h. @defaultValue `'5m'` */
  readonly after?: Duration
  /** The most points that are kept for {@link before}. From 1,000 to 10,000,000. @defaultValue 50,000, some 10 MB */
  readonly maxPoints?: number
  /** @defaultValue `'summarise'` */
  readonly name?: string
  /** Time, for tests. @defaultValue the machine's */
  readonly clock?: Clock
}

/** A metric exporter that is a responder as well: it hears of incidents. */
export type Summarising = PushMetricExporter & Responder<string, null> & { stats(): SummariseStats }

/** Counted since the start. */
export interface SummariseStats {
  /** Collections that came, and what was sent of them: in full, and as summaries. */
  readonly collections: number
  readonly detailed: number
  readonly summaries: number
  /** Points that the recorder had no room for. */
  readonly lost: number
}

/** `AggregationTemporality.CUMULATIVE` */
const CUMULATIVE = 1

/**
 * An edge filter: in calm it sends a summary each {@link SummariseOptions.every}, around incidents everything. A **flight recorder** keeps the last minutes of every series in full, and ships them when an incident opens, so that what led to it is not lost.
 *
 * A summary has the last value of each gauge, and as `<name>.min` and `<name>.max` the least and the greatest of the window; counters and histograms are cumulative and lose nothing. What is shipped from before an incident
 * is older than what was sent last: the receiver must take points out of order (VictoriaMetrics does, Prometheus within its `out_of_order_time_window`). List it in `respond` too, where it hears of incidents; put `tee()` around it,
 * so that the monitor sees everything, and `durable()` inside.
 *
 * The reader must be cumulative, which is what the exporter asks for; a collection of deltas is sent as it is.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const thin = summarise(durable(new OTLPMetricExporter(), { dir: '/var/lib/shop/outbox' }), { every: '5m' })
 * const metrics = tee(thin)
 * new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 10_000 })] })
 * createMonitor({ service: 'shop', observe: [metrics], respond: [thin] })
 */
export function summarise(exporter: PushMetricExporter, options: SummariseOptions = {}): Summarising {
  checkOptions('summarise', options, ['every', 'before', 'after', 'maxPoints', 'name', 'clock'])
  if (typeof exporter?.export !== 'function') throw new ConfigError('summarise.exporter', 'a metric exporter', exporter)
  const clock = options.clock ?? systemClock()
  const filter = new Filter(exporter, {
    every: duration('summarise.every', options.every ?? '5m', { min: 10_000, max: 864e5 }),
    after: duration('summarise.after', options.after ?? '5m', { min: 0, max: 36e5 }),
    recorder: new FlightRecorder(
      duration('summarise.before', options.before ?? '5m', { min: 10_000, max: 36e5 }),
      integerIn('summarise.maxPoints', options.maxPoints ?? 50_000, 1_000, 10_000_000),
    ),
    now: () => clock.elapsed(),
  })
  const { selectAggregation } = exporter
  return {
    name: `${textIn('summarise.name', options.name ?? 'summarise')}@1`,
    start: () => null,
    push: (_, incident) => (filter.hear(incident) ? [incident.id] : NONE),
    tick: () => NONE,
    perform: () => filter.ship(),
    export: (metrics, done) => filter.take(metrics, done),
    async forceFlush() {
      await filter.flush()
      await exporter.forceFlush()
    },
    async shutdown() {
      await filter.flush()
      await exporter.shutdown()
    },
    selectAggregationTemporality: () => CUMULATIVE,
    ...(selectAggregation && { selectAggregation: selectAggregation.bind(exporter) }),
    stats: () => filter.stats,
  }
}
