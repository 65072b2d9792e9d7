// One of a fleet for lease.test.ts: takes the lease again and again, and tells the target what it does while it holds it.
// Arguments: 'redis' or 'nats', the broker's port, the target's URL, its own name, the slots.
import { natsLease, redisLease } from '../../../src/edge/index.js'
import type { Lease } from '../../../src/model/index.js'

const [broker = '', port = '', target = '', name = '', slots = '1'] = process.argv.slice(2)
const options = { name: 'restarts', slots: Number(slots), ttl: '3s', timeout: '1s' } as const

async function lease(): Promise<Lease> {
  if (broker === 'redis') {
    const { Redis } = await import('ioredis')
    const client = new Redis({
      port: Number(port),
      host: '127.0.0.1',
      maxRetriesPerRequest: 1,
      retryStrategy: () => 200,
    })
    client.on('error', () => {})
    return redisLease(client, options)
  }
  const { connect } = await import('nats')
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    waitOnFirstConnect: true,
  })
  const kv = await connection.jetstream({ timeout: 1_000 }).views.kv('leases', { ttl: 3_000, history: 1 })
  return natsLease(kv, options)
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const tell = (what: string, token: unknown, at?: number): Promise<unknown> =>
  fetch(target, { method: 'POST', body: JSON.stringify({ what, token, name, at }) }).catch(() => undefined)
/** Milliseconds on the monotonic clock of the machine, which all of the fleet share. */
const machineTime = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000

const mine = await lease()
for (;;) {
  const hold = await mine.acquire(name, new AbortController().signal).catch(() => undefined)
  if (hold) {
    await tell('begins', hold.token)
    for (let i = 0; i < 20; i++) {
      const at = machineTime() // before it is asked: a pause in between makes it earlier, never later than it was valid
      if (!hold.valid?.()) break
      await tell('acts', hold.token, at)
      await sleep(40)
    }
    await tell(hold.valid?.() ? 'ends' : 'stops', hold.token)
    await hold.release()
  }
  await sleep(20 + Math.random() * 60)
}
