import { ATTRIBUTE } from '../semconv.js'
import { row, type SignalRow } from './row.js'

/** `durable()` and `forward()`, in `observe`. */
export const OUTBOX = {
  waiting:
    row`pi_uptime.outbox.waiting | {record} | ${ATTRIBUTE.lane} | points, log records, spans or alerts that wait to be sent` as SignalRow,
  utilization:
    row`pi_uptime.outbox.utilization | 1 | ${ATTRIBUTE.lane} | share of its limit that the outbox takes on disk` as SignalRow,
  dropped:
    row`pi_uptime.outbox.dropped | {record} | ${ATTRIBUTE.lane} | records that were dropped in the window` as SignalRow,
  writable:
    row`pi_uptime.outbox.writable | 1 | ${ATTRIBUTE.lane} | 1 while the disk can be written, 0 while what comes stays in memory` as SignalRow,
} as const
