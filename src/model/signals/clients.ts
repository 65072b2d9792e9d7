import { row, type SignalRow } from './row.js'

/** `pool()`, `queue()` and `fetches()` */
export const CLIENTS = {
  connections:
    row`db.client.connection.count | {connection} | db.client.connection.pool.name db.client.connection.state | connections of a pool, used and idle` as SignalRow,
  pending:
    row`db.client.connection.pending_requests | {request} | db.client.connection.pool.name | requests that wait for a connection` as SignalRow,
  max: row`db.client.connection.max | {connection} | db.client.connection.pool.name | the most connections there may be` as SignalRow,
  utilization:
    row`pi_uptime.pool.utilization | 1 | db.client.connection.pool.name | share of them that is in use` as SignalRow,
  queue:
    row`pi_uptime.queue.size | {job} | pi_uptime.queue.name pi_uptime.queue.state | jobs in a queue, by state` as SignalRow,
  requests:
    row`http.client.request.duration.rate | {request}/s | server.address server.port | requests that ended in the window, by server` as SignalRow,
  failures:
    row`pi_uptime.http.client.failures | 1 | server.address server.port | share of them that failed: answered with 500 and more, or not at all; not observed where there was none` as SignalRow,
  mean: row`http.client.request.duration.mean | s | server.address server.port | their mean duration, to the end of the answer` as SignalRow,
  p99: row`http.client.request.duration.p99 | s | server.address server.port | the same, 99th percentile` as SignalRow,
} as const
