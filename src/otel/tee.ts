import type { AggregationOption, InstrumentType, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { ConfigError, type Context, checkOptions, type Emit, type Source } from '../model/index.js'
import { Intake, type IntakeStats } from './intake.js'
import { INTAKE_OPTIONS, type IntakeOptions, limitsOf } from './intake-options.js'

/** A metric exporter that is a source as well. */
export interface Tee extends PushMetricExporter, Source {
  /** What observing costs and what it left out; all zero before the monitor has started it. */
  stats(): IntakeStats
  /** As the wrapped exporter prefers, if it does. */
  selectAggregation?: (instrumentType: InstrumentType) => AggregationOption
}

/**
 * Wraps the metric exporter that the app has, so that the monitor sees every collection that is exported: one collection, no
 * second reader, no change for the exporter. The way to choose first; for an app that has no exporter see {@link tap}.
 *
 * Everything is forwarded as it came, before the monitor starts as well, and the observing is done after the exporter's call
 * has returned, in stretches of about a millisecond. The windows of all rates are the times between two collections, so a
 * reader that collects every minute is noticed by the minute: 10 s is a good interval.
 *
 * | Instrument | Becomes |
 * | --- | --- |
 * | counter, observable counter | `<name>.rate`, a second |
 * | up-down counter, gauge | `<name>` |
 * | histogram, explicit or exponential | `<name>.rate` (recordings a second), `.mean`, `.p50`, `.p95`, `.p99` of the time between two collections |
 *
 * Delta and cumulative temporality, counter resets and series that come and go are taken care of. The first sight of a
 * cumulative series makes no rate. The library's own metrics are left alone. Wrap one exporter, not two: the second would
 * observe the same signals again. Cumulative observable gauges repeat the last value of an attribute set for ever, as the SDK does.
 *
 * @throws ConfigError when `exporter` is no metric exporter, or an option is out of its range.
 * @example
 * const metrics = tee(new OTLPMetricExporter())
 * const provider = new MeterProvider({
 *   readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 10_000 })],
 * })
 * const monitor = createMonitor({ service: 'checkout', observe: [metrics], watch: [anomaly()] })
 */
export function tee(exporter: PushMetricExporter, options: IntakeOptions = {}): Tee {
  checkOptions('tee', options, INTAKE_OPTIONS)
  if (typeof exporter?.export !== 'function') throw new ConfigError('tee.exporter', 'a metric exporter', exporter)
  const limits = limitsOf('tee', options)
  const intakes = new Set<Intake>()
  let latest: Intake | undefined
  const { selectAggregation, selectAggregationTemporality } = exporter
  return {
    name: limits.name,
    start(_emit: Emit, context: Context): void {
      if (context.abort.aborted) return
      const intake = new Intake(context, limits)
      latest = intake
      intakes.add(intake)
      context.abort.addEventListener('abort', () => intakes.delete(intake), { once: true })
    },
    export(metrics: ResourceMetrics, done: Parameters<PushMetricExporter['export']>[1]): void {
      for (const intake of intakes) intake.offer(metrics)
      exporter.export(metrics, done)
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    ...(selectAggregation && { selectAggregation: selectAggregation.bind(exporter) }),
    ...(selectAggregationTemporality && {
      selectAggregationTemporality: selectAggregationTemporality.bind(exporter),
    }),
    stats: () => latest?.stats ?? NOTHING,
  }
}

/** The stats of an intake that was never started. */
export const NOTHING: IntakeStats = Object.freeze({
  series: 0,
  passes: 0,
  overflowed: 0,
  repeated: 0,
  coalesced: 0,
  lost: 0,
  busy: 0,
  longestStretch: 0,
})
