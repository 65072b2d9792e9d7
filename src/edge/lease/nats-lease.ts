import { ConfigError, type Hold, type Lease } from '../../model/index.js'
import { answered, KeptHold } from './kept-hold.js'
import { type BrokerLease, type BrokerLeaseOptions, brokerLeaseOf } from './options.js'

/** A key-value bucket of the `nats` package, whose values expire. */
export interface SomeKv {
  create(key: string, value: Uint8Array): Promise<number>
  update(key: string, value: Uint8Array, version: number): Promise<number>
  delete(key: string, options?: { readonly previousSeq: number }): Promise<void>
  /** `ttl` in milliseconds. */
  status(): Promise<{ readonly ttl: number }>
}

/**
 * A lease among all processes that reach one NATS server: at most `slots` hold it at once. A slot is a key that only one can create, renewed by its revision; the revision at which it was created is the fencing token.
 *
 * Otherwise as {@link redisLease}. The bucket's own time must be the lease's: make it with `ttl` and `history: 1`. JetStream syncs its files every two minutes by default, so that a server that loses its power may grant twice, and repeat
 * tokens: set `sync_interval: always`.
 *
 * @param kv - connecting is yours.
 * @throws ConfigError when an option is out of range. `acquire` rejects when the bucket has another `ttl`.
 * @example
 * const kv = await connection.jetstream().views.kv('leases', { ttl: 30_000, history: 1 })
 * remediate({ name: 'restart', when: { check: 'memory' }, steps: [restartSelf()], lease: natsLease(kv, { name: 'restarts', ttl: '30s' }) })
 */
export function natsLease(kv: SomeKv, options: BrokerLeaseOptions): Lease {
  const lease = brokerLeaseOf('natsLease', options)
  if (typeof kv?.create !== 'function' || typeof kv.update !== 'function' || typeof kv.status !== 'function')
    throw new ConfigError('natsLease.kv', 'a key-value bucket of nats', kv)
  return {
    name: `natsLease ${lease.name}`,
    async acquire(holder, abort) {
      const late = (hold: Hold | undefined): void => void hold?.release()
      return answered(lease, firstFree(kv, lease, holder), late, abort)
    },
  }
}

async function firstFree(kv: SomeKv, lease: BrokerLease, holder: string): Promise<Hold | undefined> {
  const { name, slots, ttl, margin, clock } = lease
  const { ttl: actual } = await kv.status()
  if (actual !== ttl) throw new Error(`the bucket's values last ${actual} ms, those of the lease ${ttl} ms`)
  const value = new TextEncoder().encode(holder.slice(0, 200))
  for (let slot = 0; slot < slots; slot++) {
    const key = `${name}.${slot}`
    const asked = clock.elapsed()
    let revision = await kv.create(key, value).catch(unlessTaken)
    if (revision === undefined) continue
    const token = revision
    const grant = {
      token,
      async renew() {
        const next = await answered(lease, kv.update(key, value, revision as number).catch(unlessTaken))
        if (next !== undefined) revision = next
        return next !== undefined
      },
      release: () => kv.delete(key, { previousSeq: revision as number }),
    }
    return new KeptHold(grant, clock, asked, ttl, margin)
  }
  return undefined
}

/** NATS answers so, "wrong last sequence", where another one has the key. */
const WRONG_SEQUENCE = 10071

function unlessTaken(error: unknown): undefined {
  const { api_error, message } = error as {
    readonly api_error?: { readonly err_code?: number }
    readonly message?: string
  }
  if (api_error?.err_code === WRONG_SEQUENCE || message?.includes('wrong last sequence')) return undefined
  throw error
}
