import type { Field, Message, Scalar } from './protobuf-reader.js'

/** The OTLP messages for metrics and logs, as far as an exporter writes them. Field names as in OTLP's JSON. */

const one = (name: string, type: Scalar | Message): Field => ({
  name,
  type: typeof type === 'string' ? type : () => type,
})
const many = (name: string, type: Scalar | Message): Field => ({ ...one(name, type), repeated: true })

const anyValue: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'varint'),
  4: one('doubleValue', 'double'),
  5: { name: 'arrayValue', type: () => arrayValue },
  6: { name: 'kvlistValue', type: () => keyValueList },
  7: one('bytesValue', 'bytes'),
}
const arrayValue: Message = { 1: many('values', anyValue) }
const keyValue: Message = { 1: one('key', 'string'), 2: one('value', anyValue) }
const keyValueList: Message = { 1: many('values', keyValue) }

const resource: Message = { 1: many('attributes', keyValue) }
const scope: Message = { 1: one('name', 'string'), 2: one('version', 'string'), 3: many('attributes', keyValue) }

const numberPoint: Message = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('asDouble', 'double'),
  6: one('asInt', 'fixed64'),
  7: many('attributes', keyValue),
}
const histogramPoint: Message = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('bucketCounts', 'fixed64'),
  7: many('explicitBounds', 'double'),
  9: many('attributes', keyValue),
  11: one('min', 'double'),
  12: one('max', 'double'),
}
const buckets: Message = { 1: one('offset', 'zigzag'), 2: many('bucketCounts', 'varint') }
const exponentialPoint: Message = {
  1: many('attributes', keyValue),
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'zigzag'),
  7: one('zeroCount', 'fixed64'),
  8: one('positive', buckets),
  9: one('negative', buckets),
  12: one('min', 'double'),
  13: one('max', 'double'),
}
const temporality = one('aggregationTemporality', 'varint')
const metric: Message = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', { 1: many('dataPoints', numberPoint) }),
  7: one('sum', { 1: many('dataPoints', numberPoint), 2: temporality, 3: one('isMonotonic', 'bool') }),
  9: one('histogram', { 1: many('dataPoints', histogramPoint), 2: temporality }),
  10: one('exponentialHistogram', { 1: many('dataPoints', exponentialPoint), 2: temporality }),
}
const logRecord: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'varint'),
  3: one('severityText', 'string'),
  5: one('body', anyValue),
  6: many('attributes', keyValue),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
}

/** `ExportMetricsServiceRequest`. */
export const metricsRequest: Message = {
  1: many('resourceMetrics', {
    1: one('resource', resource),
    2: many('scopeMetrics', { 1: one('scope', scope), 2: many('metrics', metric) }),
  }),
}

/** `ExportLogsServiceRequest`. */
export const logsRequest: Message = {
  1: many('resourceLogs', {
    1: one('resource', resource),
    2: many('scopeLogs', { 1: one('scope', scope), 2: many('logRecords', logRecord) }),
  }),
}
