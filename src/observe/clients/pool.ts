import { ConfigError, type Source, textIn } from '../../model/index.js'
import { CLIENTS } from '../../model/signals/clients.js'
import type { Gauges } from '../machine/gauges.js'
import { type ReadingOptions, readings } from './readings.js'

/** How a pool stands. What is left out is not told. */
export interface PoolReading {
  /** Connections that somebody works with. */
  readonly used?: number | undefined
  readonly idle?: number | undefined
  /** Requests that wait for a connection. */
  readonly pending?: number | undefined
  /** The most connections there may be. */
  readonly max?: number | undefined
}

/** A pool of `pg`. */
export interface PgPoolLike {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  readonly options?: { readonly max?: number | undefined } | undefined
}

/** A pool of `generic-pool`. */
export interface GenericPoolLike {
  readonly borrowed: number
  readonly available: number
  readonly pending: number
  readonly max: number
}

/** What {@link pool} can read. */
export type PoolLike = PgPoolLike | GenericPoolLike | (() => PoolReading | Promise<PoolReading>)

/**
 * Observes a connection pool: connections in use and idle, who waits for one, and how full it is. By OpenTelemetry's names; see docs/signals.md.
 *
 * @param name - of the pool: `'orders'`.
 * @param of - a pool of `pg` or `generic-pool`, or a function that reads any other.
 * @throws ConfigError when it is neither, or an option is out of range.
 * @example
 * pool('orders', new pg.Pool({ max: 20 }))
 * pool('cache', () => ({ used: redis.busy, max: 10 }))
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/#connection-pools
 */
export function pool(name: string, of: PoolLike, options: ReadingOptions = {}): Source {
  textIn('pool.name', name, 100)
  const tell = (reading: PoolReading, gauges: Gauges): void => tellPool(name, reading, gauges)
  return readings({ name: `pool:${name}`, read: readerOf(of), tell }, 'pool', options)
}

function tellPool(name: string, { used, idle, pending, max }: PoolReading, gauges: Gauges): void {
  gauges.gauge(CLIENTS.connections, used, name, 'used')
  gauges.gauge(CLIENTS.connections, idle, name, 'idle')
  gauges.gauge(CLIENTS.pending, pending, name)
  gauges.gauge(CLIENTS.max, max, name)
  if (used !== undefined && max) gauges.gauge(CLIENTS.utilization, used / max, name)
}

function readerOf(of: PoolLike): () => PoolReading | Promise<PoolReading> {
  if (typeof of === 'function') return of
  if (isLike<PgPoolLike>(of, 'totalCount'))
    return () => {
      const { totalCount, idleCount, waitingCount, options } = of
      return { used: totalCount - idleCount, idle: idleCount, pending: waitingCount, max: options?.max }
    }
  if (isLike<GenericPoolLike>(of, 'borrowed'))
    return () => ({ used: of.borrowed, idle: of.available, pending: of.pending, max: of.max })
  throw new ConfigError('pool.of', 'a pool of pg or generic-pool, or a function that reads one', of)
}

function isLike<P>(of: unknown, field: keyof P & string): of is P {
  return typeof (of as Readonly<Record<string, unknown>> | null)?.[field] === 'number'
}
