import { ConfigError, type Lease } from '../../model/index.js'
import { answered, KeptHold } from './kept-hold.js'
import { type BrokerLeaseOptions, brokerLeaseOf } from './options.js'

/** A connected client of `redis` (node-redis), or of `ioredis`. */
export type SomeRedis =
  | { sendCommand(command: string[]): Promise<unknown> }
  | { call(command: string, ...args: (string | number)[]): Promise<unknown> }

/** By the broker's own clock: drops who is over, and grants a token when there is room. */
const ACQUIRE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return false end
local token = redis.call('INCR', KEYS[2])
redis.call('ZADD', KEYS[1], now + ARGV[2], token)
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
return token`
const RENEW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local over = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not over or tonumber(over) <= now then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
return 1`
const RELEASE = `return redis.call('ZREM', KEYS[1], ARGV[1])`

/**
 * A lease among all processes that reach one Redis: at most `slots` hold it at once.
 *
 * A holder renews its slot while it works. It gives it up on its own monotonic clock a margin (a fifth of `ttl`, 1 s at least) before Redis does, so that a holder that lost its network or was paused stops first. Who was paused between looking
 * and acting can still be late: each hold has a fencing token, of two the later one has the greater; let the target refuse those that are less than the `slots` greatest it has seen. When Redis is away
 * `acquire` rejects, and nothing is done; see {@link localQuota} for what is safe to do all the same. A Redis that loses its memory in a crash may grant twice, and repeat tokens: let it persist (`appendfsync always`).
 *
 * @param client - of the `redis` or `ioredis` package; connecting, and listening to its errors, is yours.
 * @throws ConfigError when an option is out of range.
 * @example
 * remediate({ name: 'restart', when: { check: 'memory' }, steps: [restartSelf()], lease: redisLease(client, { name: 'restarts', slots: 2 }) })
 * @see Kleppmann, "How to do distributed locking", 2016, for the tokens.
 */
export function redisLease(client: SomeRedis, options: BrokerLeaseOptions): Lease {
  const lease = brokerLeaseOf('redisLease', options)
  const { name, slots, ttl, margin, clock } = lease
  const command = commandOf(client)
  const keys = [`pi-uptime:lease:{${name}}`, `pi-uptime:lease:{${name}}:token`]
  const run = (script: string, ...args: number[]): Promise<unknown> =>
    command(['EVAL', script, '2', ...keys, ...args.map(String)])
  return {
    name: `redisLease ${name}`,
    async acquire(_holder, abort) {
      const asked = clock.elapsed()
      const token = Number(await answered(lease, run(ACQUIRE, slots, ttl), (late) => void release(Number(late)), abort))
      if (!(token > 0)) return undefined
      const grant = {
        token,
        renew: async () => Number(await answered(lease, run(RENEW, token, ttl))) === 1,
        release: () => release(token),
      }
      return new KeptHold(grant, clock, asked, ttl, margin)
    },
  }

  async function release(token: number): Promise<void> {
    if (token > 0) await answered(lease, run(RELEASE, token))
  }
}

function commandOf(client: SomeRedis): (command: string[]) => Promise<unknown> {
  if (typeof (client as { call?: unknown })?.call === 'function') {
    const ioredis = client as { call(command: string, ...args: string[]): Promise<unknown> }
    return ([command = '', ...args]) => ioredis.call(command, ...args)
  }
  if (typeof (client as { sendCommand?: unknown })?.sendCommand === 'function') {
    const redis = client as { sendCommand(command: string[]): Promise<unknown> }
    return async (command) => redis.sendCommand(command)
  }
  throw new ConfigError('redisLease.client', 'a client of redis or ioredis', client)
}
