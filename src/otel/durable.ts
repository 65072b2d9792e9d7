import { observeOutbox } from '../edge/outbox/outbox-source.js'
import { type OutboxStatus, Outlet } from '../edge/outbox/outlet.js'
import { laneIn, OUTBOX_OPTIONS, type OutboxOptions, outboxSettingsOf } from '../edge/outbox/settings.js'
import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  functionIn,
  oneOf,
  type Source,
} from '../model/index.js'
import { exportSender } from './durable/export-sender.js'
import { SHAPES, type TelemetryKind } from './durable/kinds.js'
import { OutboxMetrics } from './durable/outbox-metrics.js'
import { packed } from './durable/parcels.js'
import type { ExportResult } from './durable/verdict.js'

/** An exporter of OpenTelemetry's SDK: of metrics, log records or spans. */
export interface SomeExporter {
  export(items: never, done: (result: ExportResult) => void): void
  shutdown(): Promise<void>
  forceFlush?(): Promise<void>
}

/** What became of one try to export. */
export interface ExportTold {
  readonly kind: 'delivered' | 'rejected' | 'again' | 'unreadable'
  /** Points, log records or spans in it. */
  readonly records: number
  /** Of those delivered, how many the receiver has rejected. */
  readonly rejected: number
  /** Why it failed, or why some were rejected: a status, a system's error code. Nothing of what was sent or answered but the receiver's own message. */
  readonly why: string | undefined
}

/** How {@link durable} keeps and sends. */
export interface DurableOptions extends OutboxOptions {
  /** What the exporter exports. @defaultValue told by its methods and its class's name */
  readonly kind?: TelemetryKind
  /** Tells two exporters of a kind with one directory apart: 1 to 40 of `a-z`, `0-9` and `_`. @defaultValue the kind */
  readonly name?: string
  /** How many points, log records or spans a second at most are sent of a backlog; what comes now is not held back. From 1 to 1,000,000. @defaultValue 5,000 */
  readonly rate?: number
  /** What has waited for longer is dropped and counted: by monotonic time, so that no jump of the clock expires anything. From 1 m to 10 years. @defaultValue nothing expires */
  readonly maxAge?: Duration
  /** How long one export may take, and `forceFlush` and `shutdown`. From 100 ms to 1 m. @defaultValue `'10s'`, and of these two `'5s'` */
  readonly timeout?: Duration
  /** Hears of each try. What it throws is ignored. */
  readonly onExport?: (told: ExportTold) => void
  /** A `MeterProvider` for its own counts. @defaultValue the global one */
  readonly meterProvider?: unknown
}

/** An exporter that keeps what it cannot send. Also a source, for `observe`. */
export type Durable<E extends SomeExporter> = Source & {
  export: E['export']
  /** Resolves when all that was accepted is safe on disk, and sent where that can be; after the timeout at the latest. Never rejects. */
  forceFlush(): Promise<void>
  /** Keeps the rest on disk. Resolves after the timeout at the latest. Never rejects. */
  shutdown(): Promise<void>
  status(): OutboxStatus
} & Pick<E, Extract<keyof E, 'selectAggregation' | 'selectAggregationTemporality' | 'selectCardinalityLimit'>>

const OPTIONS: readonly (keyof DurableOptions)[] = [
  ...OUTBOX_OPTIONS,
  'kind',
  'name',
  'rate',
  'maxAge',
  'timeout',
  'onExport',
  'meterProvider',
]
const TEN_YEARS = 315_576_000_000

/**
 * Wraps an exporter of metrics, log records or spans with a store-and-forward outbox on disk: what it is handed is accepted as soon as it is kept, and sent when that can be done,
 * over outages, crashes, reboots and power cuts.
 *
 * At least once after acceptance; after a crash at most the one batch that was being sent arrives twice. Order is kept within a backlog, and what comes now does not wait for it. OTLP's retry
 * rules; `Retry-After` is honoured up to 5 min. Bounded by `maxBytes`: metrics go before traces, traces before logs, logs before alerts, and the oldest first; all that
 * is dropped is counted. It starts whatever it finds; an unwritable disk means bounded memory, a finding, and another try every 2 s.
 *
 * Needs no network, and nothing but `node:fs`. Costs the packing: some microseconds a point.
 *
 * @throws ConfigError when an option is out of its range, or what the exporter exports cannot be told.
 * @example
 * const exporter = durable(new OTLPMetricExporter(), { dir: '/var/lib/shop/outbox' })
 * new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
 * createMonitor({ service: 'shop', observe: [exporter] })
 * @see docs/outbox-format.md for the files
 */
export function durable<E extends SomeExporter>(exporter: E, options: DurableOptions): Durable<E> {
  const { kind, lane, timeout, closing, ...how } = checked(exporter, options)
  const outlet = new Outlet('durable', outboxSettingsOf('durable', options), lane, SHAPES[kind].priority, {
    ...how,
    ...exportSender(exporter, kind, timeout, options.clock),
  })
  const metrics = new OutboxMetrics(options.meterProvider, () => outlet.status())
  let last: Promise<unknown> = Promise.resolve()
  return {
    name: `outbox ${lane}`,
    start: (emit: Emit, context: Context) => observeOutbox(emit, context, () => outlet.status()),
    export(items: unknown, done: (result: ExportResult) => void) {
      void metrics.bind()
      const before = last
      last = accept(outlet, kind, items, before).then(done)
      last = last.catch(() => {})
    },
    forceFlush: () => outlet.flush(closing),
    async shutdown() {
      await outlet.close(closing)
      metrics.unbind()
      void Promise.resolve(exporter.shutdown()).catch(() => {})
    },
    status: () => outlet.status(),
    ...preferencesOf(exporter),
  } as unknown as Durable<E>
}

async function accept(
  outlet: Outlet,
  kind: TelemetryKind,
  items: unknown,
  before: Promise<unknown>,
): Promise<ExportResult> {
  try {
    const work = packed(kind, items)
    await Promise.allSettled([work, before])
    const accepted = await Promise.all((await work).map((one) => outlet.post(one)))
    return accepted.includes('dropped') ? { code: 1, error: new Error('there is no room for it') } : { code: 0 }
  } catch (error) {
    return { code: 1, error: error instanceof Error ? error : new Error('it cannot be kept') }
  }
}

function checked(exporter: SomeExporter, options: DurableOptions) {
  checkOptions('durable', options, OPTIONS)
  if (typeof exporter?.export !== 'function') throw new ConfigError('durable.exporter', 'an exporter', exporter)
  const kind = oneOf('durable.kind', options.kind ?? kindOf(exporter), ['metrics', 'logs', 'traces'])
  const lane = laneIn('durable.name', options.name ?? kind)
  const { rate = 5_000, maxAge, timeout, onExport } = options
  if (!(rate >= 1 && rate <= 1_000_000)) throw new ConfigError('durable.rate', 'from 1 to 1000000', rate)
  const told = onExport && functionIn('durable.onExport', onExport)
  return {
    ...{ kind, lane, rate, most: 1 },
    maxAge:
      maxAge === undefined
        ? Number.POSITIVE_INFINITY
        : duration('durable.maxAge', maxAge, { min: 60_000, max: TEN_YEARS }),
    timeout: duration('durable.timeout', timeout ?? '10s', { min: 100, max: 60_000 }),
    closing: duration('durable.timeout', timeout ?? '5s', { min: 100, max: 60_000 }),
    told(
      sent: { readonly kind: ExportTold['kind']; readonly why?: string; readonly rejected?: number },
      records: number,
    ): void {
      try {
        told?.({ kind: sent.kind, records, rejected: sent.rejected ?? 0, why: sent.why })
      } catch {
        // it is the host's own
      }
    },
  }
}

function kindOf(exporter: SomeExporter): TelemetryKind | undefined {
  if ('selectAggregationTemporality' in exporter || 'selectAggregation' in exporter) return 'metrics'
  const name = exporter.constructor?.name ?? ''
  return /metric/i.test(name) ? 'metrics' : /log/i.test(name) ? 'logs' : /span|trace/i.test(name) ? 'traces' : undefined
}

/** What a metric reader asks its exporter. */
function preferencesOf(exporter: object): Record<string, unknown> {
  const names = ['selectAggregation', 'selectAggregationTemporality', 'selectCardinalityLimit'] as const
  const found = names.flatMap((name) => {
    const method = (exporter as Record<string, unknown>)[name]
    return typeof method === 'function' ? [[name, method.bind(exporter)] as const] : []
  })
  return Object.fromEntries(found)
}
