/**
 * Sources for what a service works with: connection pools, queues, worker pools, HTTP clients.
 *
 * @packageDocumentation
 */
export { type FetchesOptions, fetches } from './fetches.js'
export { type GenericPoolLike, type PgPoolLike, type PoolLike, type PoolReading, pool } from './pool.js'
export { type QueueReading, queue } from './queue.js'
export type { ReadingOptions } from './readings.js'
