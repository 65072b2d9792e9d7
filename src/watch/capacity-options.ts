import { checkOptions, type Duration, duration, numberIn, type Selector, textIn } from '../model/index.js'
import { type Limit, sided } from './trend-options.js'

/** What {@link capacity} relates. */
export interface CapacityOptions {
  /** What is used up: `'system.cpu.utilization'`, a pool's connections, a queue's depth. One series: the first that matches. */
  readonly signal: Selector
  /** What uses it: `'http.server.requests.rate'`. One series: the first that matches. */
  readonly demand: Selector
  /** What `signal` must not reach: `0.8`, `{ above: 0.8 }` or `{ below: 2e9 }`. */
  readonly limit: Limit
  /** The part of the load at the limit that should be left at the busiest time; from 0 to 0.9. @defaultValue 0.2 */
  readonly headroom?: number
  /** Means over so long are related; from 1 s to 1 h. @defaultValue `'1m'` */
  readonly every?: Duration
  /** The `watcher` of its findings. @defaultValue `'capacity'` */
  readonly name?: string
}

/** The options of `capacity()`, checked; times in milliseconds. */
export interface CapacityPlan {
  readonly watcher: string
  /** 1 where rising is going to the limit, −1 where falling is; and the limit as a height that is risen to. */
  readonly sign: 1 | -1
  readonly limit: number
  readonly headroom: number
  readonly every: number
}

/** @throws ConfigError when an option is out of range. */
export function capacityPlan(options: CapacityOptions): CapacityPlan {
  checkOptions('capacity', options, ['signal', 'demand', 'limit', 'headroom', 'every', 'name'])
  return {
    ...sided('capacity.limit', options.limit),
    watcher: textIn('capacity.name', options.name ?? 'capacity', 100),
    headroom: numberIn('capacity.headroom', options.headroom ?? 0.2, 0, 0.9),
    every: duration('capacity.every', options.every ?? '1m', { min: 1_000, max: 36e5 }),
  }
}
