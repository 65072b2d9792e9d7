import { ATTRIBUTE } from '../semconv.js'
import { row, type SignalRow } from './row.js'

/** `logs()`, as the Collector's count connector names it. */
export const LOGS = {
  records:
    row`log.record.count.rate | {record}/s | ${ATTRIBUTE.logSeverity} [${ATTRIBUTE.logTemplate}] | log records by severity: TRACE, DEBUG, INFO, WARN, ERROR, FATAL. With the second attribute, of WARN and above, those of one kind of line: the 100 kinds seen first` as SignalRow,
} as const

/** `spans()`, as the Collector's connectors spanmetrics and servicegraph name it. */
export const TRACES = {
  calls:
    row`traces.span.metrics.calls.rate | 1/s | span.name span.kind | spans that ended in the window, by operation` as SignalRow,
  errors:
    row`traces.span.metrics.calls.errors | 1 | span.name span.kind | share of them that ended as an error; not observed where there was none` as SignalRow,
  mean: row`traces.span.metrics.duration.mean | s | span.name span.kind | their mean duration; not observed where there was none` as SignalRow,
  p99: row`traces.span.metrics.duration.p99 | s | span.name span.kind | the 99th percentile, right to a tenth` as SignalRow,
  edgeCalls:
    row`traces.service.graph.request.rate | 1/s | client server | calls in the window, from an operation to another one or to what is outside the process` as SignalRow,
  edgeErrors:
    row`traces.service.graph.request.errors | 1 | client server | share of them that ended as an error; not observed where there was none` as SignalRow,
  edgeMean:
    row`traces.service.graph.request.mean | s | client server | their mean duration; not observed where there was none` as SignalRow,
} as const
