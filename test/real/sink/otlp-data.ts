/** An attribute's value, plain. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value } | undefined

export type Plain = Readonly<Record<string, Value>>

/** A data point as it arrived, with what the levels above say of it. */
export interface Point {
  readonly resource: Plain
  readonly scope: string
  readonly name: string
  readonly unit: string
  readonly kind: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram'
  readonly temporality: 'delta' | 'cumulative' | undefined
  readonly monotonic: boolean
  readonly attributes: Plain
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Of a gauge or a sum. */
  readonly value: number | undefined
  /** Of a histogram. */
  readonly count: number | undefined
  readonly sum: number | undefined
  /** Of a histogram: the counts of its buckets; of an exponential one, those of the positive numbers. */
  readonly buckets: readonly number[] | undefined
}

/** A log record as it arrived. */
export interface LogEvent {
  readonly resource: Plain
  readonly scope: string
  readonly name: string
  readonly severity: number
  readonly body: Value
  readonly attributes: Plain
  /** Milliseconds since the epoch. */
  readonly time: number
}

// biome-ignore lint/suspicious/noExplicitAny: a JSON body, or a decoded protobuf one of the same shape
type Raw = any

const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram'] as const
const TEMPORALITIES = [undefined, 'delta', 'cumulative'] as const

/** The data points of an `ExportMetricsServiceRequest`. */
export function pointsOf(request: Raw): Point[] {
  const points: Point[] = []
  for (const { resource, scopeMetrics = [] } of request.resourceMetrics ?? []) {
    for (const { scope, metrics = [] } of scopeMetrics) {
      const above = { resource: plain(resource?.attributes), scope: scope?.name ?? '' }
      for (const metric of metrics) points.push(...pointsOfMetric(above, metric))
    }
  }
  return points
}

/** The log records of an `ExportLogsServiceRequest`. */
export function eventsOf(request: Raw): LogEvent[] {
  const events: LogEvent[] = []
  for (const { resource, scopeLogs = [] } of request.resourceLogs ?? []) {
    for (const { scope, logRecords = [] } of scopeLogs) {
      for (const record of logRecords) {
        events.push({
          resource: plain(resource?.attributes),
          scope: scope?.name ?? '',
          name: record.eventName ?? '',
          severity: Number(record.severityNumber ?? 0),
          body: valueIn(record.body),
          attributes: plain(record.attributes),
          time: Number(record.timeUnixNano || record.observedTimeUnixNano) / 1e6,
        })
      }
    }
  }
  return events
}

function pointsOfMetric(above: Pick<Point, 'resource' | 'scope'>, metric: Raw): Point[] {
  const kind = KINDS.find((name) => metric[name])
  if (!kind) throw new Error(`the metric ${metric.name} has no data of a known kind`)
  const data = metric[kind]
  return (data.dataPoints ?? []).map((point: Raw) => ({
    ...above,
    name: metric.name,
    unit: metric.unit ?? '',
    kind,
    temporality: TEMPORALITIES[data.aggregationTemporality ?? 0],
    monotonic: data.isMonotonic ?? false,
    attributes: plain(point.attributes),
    time: Number(point.timeUnixNano) / 1e6,
    value: number(point.asDouble ?? point.asInt),
    count: number(point.count),
    sum: number(point.sum),
    buckets: (point.bucketCounts ?? point.positive?.bucketCounts)?.map(Number),
  }))
}

function number(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value)
}

function plain(list: readonly Raw[] = []): Plain {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueIn(value)]))
}

function valueIn(value: Raw): Value {
  if (value === undefined || value === null) return undefined
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(valueIn)
  if (value.kvlistValue) return plain(value.kvlistValue.values)
  if (value.intValue !== undefined) return Number(value.intValue)
  return value.stringValue ?? value.boolValue ?? value.doubleValue
}
