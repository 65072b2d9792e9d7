import {
  type Clock,
  checkOptions,
  type Duration,
  duration,
  type Hold,
  integerIn,
  type Lease,
} from '../../model/index.js'
import { systemClock } from '../system-clock.js'

/** How much is done without the fleet's consent. */
export interface LocalQuotaOptions {
  /** So many holds within {@link per}. From 1 to 100. @defaultValue 1 */
  readonly count?: number
  /** From 1 m to 30 d. @defaultValue `'1h'` */
  readonly per?: Duration
  /** Time, for tests. @defaultValue the machine's */
  readonly clock?: Clock
}

/**
 * A small local quota for what is safe to do even when the broker cannot be asked, such as clearing a cache: where `acquire` of the lease rejects, this process may go on so often. What the lease refuses stays refused. Not for what
 * must never happen twice in a fleet. The quota is counted since the start of the process.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * remediate({ name: 'clear-cache', when: { check: 'disk' }, steps: [() => cache.clear()], lease: localQuota(redisLease(client, { name: 'caches' }), { count: 2, per: '1h' }) })
 */
export function localQuota(lease: Lease, options: LocalQuotaOptions = {}): Lease {
  checkOptions('localQuota', options, ['count', 'per', 'clock'])
  const count = integerIn('localQuota.count', options.count ?? 1, 1, 100)
  const per = duration('localQuota.per', options.per ?? '1h', { min: 60_000, max: 30 * 864e5 })
  const clock = options.clock ?? systemClock()
  let granted: number[] = []
  return {
    name: lease.name,
    async acquire(holder, abort): Promise<Hold | undefined> {
      try {
        return await lease.acquire(holder, abort)
      } catch (error) {
        const now = clock.elapsed()
        granted = granted.filter((at) => now - at < per)
        if (abort.aborted || granted.length >= count) throw error
        granted.push(now)
        return { release: async () => {} }
      }
    },
  }
}
