import type { Meter } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MeterProviderOptions,
  PeriodicExportingMetricReader,
  type PeriodicExportingMetricReaderOptions,
} from '@opentelemetry/sdk-metrics'
import type { IntakeOptions } from '../../src/otel/intake-options.js'
import { type Tee, tee } from '../../src/otel/tee.js'
import { type RecordingContext, recordingContext } from './recording-context.js'

/** An app with the real SDK, whose exporter is wrapped in a tee, under virtual time. */
export interface App {
  readonly meter: Meter
  readonly provider: MeterProvider
  readonly exporter: InMemoryMetricExporter
  readonly tee: Tee
  readonly context: RecordingContext
  /** Lets ten seconds pass, then has the SDK collect and export, and the tee observe. */
  collect(): Promise<void>
}

export interface AppOptions extends IntakeOptions {
  readonly temporality?: AggregationTemporality
  readonly provider?: Omit<MeterProviderOptions, 'readers'>
  readonly reader?: Partial<PeriodicExportingMetricReaderOptions>
  readonly context?: RecordingContext
}

export function app(options: AppOptions = {}): App {
  const {
    temporality = AggregationTemporality.CUMULATIVE,
    provider: more,
    reader: also,
    context = recordingContext(),
    ...limits
  } = options
  const exporter = new InMemoryMetricExporter(temporality)
  const metrics = tee(exporter, limits)
  // the interval is out of reach: a test collects by forceFlush
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 86_400_000, ...also })
  const provider = new MeterProvider({ ...more, readers: [reader] })
  metrics.start(() => {}, context)
  return {
    meter: provider.getMeter('app'),
    provider,
    exporter,
    tee: metrics,
    context,
    async collect() {
      await context.clock.advance('10s')
      await provider.forceFlush()
      await context.clock.advance(0)
    },
  }
}
