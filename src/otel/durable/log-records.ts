import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { packRecords, unpackRecords } from './resources.js'
import { type PlainSpanContext, packSpanContext, unpackSpanContext } from './span-records.js'

type PlainLog = Omit<ReadableLogRecord, 'resource' | 'spanContext'> & {
  readonly spanContext: PlainSpanContext | undefined
}

export function packLogs(items: readonly ReadableLogRecord[]): unknown {
  return packRecords(items, (item): PlainLog => {
    const {
      hrTime,
      hrTimeObserved,
      severityText,
      severityNumber,
      body,
      eventName,
      attributes,
      droppedAttributesCount,
    } = item
    return {
      ...{ hrTime, hrTimeObserved, body, attributes: { ...attributes }, droppedAttributesCount },
      ...(severityText !== undefined && { severityText }),
      ...(severityNumber !== undefined && { severityNumber }),
      ...(eventName !== undefined && { eventName }),
      instrumentationScope: { ...item.instrumentationScope },
      spanContext: item.spanContext && packSpanContext(item.spanContext),
    }
  })
}

export function unpackLogs(plain: unknown): Promise<ReadableLogRecord[]> {
  return unpackRecords(plain, ({ spanContext, ...log }: PlainLog, resource): ReadableLogRecord => {
    return { ...log, resource, ...(spanContext && { spanContext: unpackSpanContext(spanContext) }) }
  })
}
