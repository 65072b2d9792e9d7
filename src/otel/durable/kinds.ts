import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { packLogs, unpackLogs } from './log-records.js'
import { packMetrics, pointsOf, slicesOf, unpackMetrics } from './metrics.js'
import { packSpans, unpackSpans } from './span-records.js'

/** What an exporter exports. */
export type TelemetryKind = 'metrics' | 'logs' | 'traces'

/** How one kind is kept: as plain data. */
export interface Shape<T = unknown> {
  /** Of several kinds in one directory the greater goes first when room is needed. Alerts have 0. */
  readonly priority: number
  /** Pieces of a bounded size. */
  slices(items: T): Iterable<T>
  /** Points, log records or spans in it. */
  count(items: T): number
  pack(items: T): unknown
  /** @throws when it is not what `pack` has made. */
  unpack(plain: unknown): Promise<T>
}

/** So many points, log records or spans at most are kept, and sent, together. */
const MOST = 2_000

const METRICS: Shape<ResourceMetrics> = {
  priority: 3,
  slices: (items) => slicesOf(items, MOST),
  count: (items) => pointsOf(items.scopeMetrics.flatMap(({ metrics }): readonly MetricData[] => metrics)),
  pack: packMetrics,
  unpack: unpackMetrics,
}

const LOGS: Shape<ReadableLogRecord[]> = {
  priority: 1,
  slices: chunks,
  count: ({ length }) => length,
  pack: packLogs,
  unpack: unpackLogs,
}

const TRACES: Shape<ReadableSpan[]> = {
  priority: 2,
  slices: chunks,
  count: ({ length }) => length,
  pack: packSpans,
  unpack: unpackSpans,
}

/** The shapes by kind. Exporters and kinds are matched at run time, so the types are erased here. */
export const SHAPES: Readonly<Record<TelemetryKind, Shape>> = {
  metrics: METRICS as Shape,
  logs: LOGS as Shape,
  traces: TRACES as Shape,
}

function* chunks<T>(items: T[]): Iterable<T[]> {
  for (let at = 0; at < items.length; at += MOST) yield items.slice(at, at + MOST)
}
