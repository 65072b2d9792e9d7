// Health checks, asked in the background and served over HTTP from their last results.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { check, createMonitor } from 'pi-uptime'
import { healthHandler } from 'pi-uptime/serve'

let database: 'up' | 'down' = 'up'
const query = async (): Promise<void> => {
  if (database === 'down') throw new Error('connection refused')
}

const monitor = createMonitor({
  service: 'shop',
  observe: [
    check('database', query, { every: '100ms', failAfter: 2 }),
    // Not critical: a failure degrades the service, it does not take it out of the load balancer.
    check('mail', () => ({ status: 'warn', output: 'the queue is long' }), { every: '100ms', critical: false }),
    // Liveness asks whether a restart would help, so it never asks a dependency.
    check('not-stuck', () => true, { kind: 'liveness', every: '100ms' }),
  ],
  telemetry: false,
})
await monitor.start()

// Anybody may ask; only who knows the token sees which checks there are, and why they fail.
const health = healthHandler(monitor, { authorize: (req) => req.headers.authorization === 'Bearer secret' })
const server = createServer((req, res) => health(req, res, () => res.end('hello')))
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const ask = async (path: string, token?: string): Promise<void> => {
  const answer = await fetch(url + path, token ? { headers: { authorization: `Bearer ${token}` } } : {})
  console.log(
    `GET ${path}${token ? ', with the token' : ''}: ${answer.status}\n  ${(await answer.text()).trim().replaceAll('\n', '\n  ')}\n`,
  )
}
/** Resolves once the service has become ready, or has stopped being so. */
const until = (ready: 'pass' | 'warn' | 'fail'): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => (monitor.health().ready === ready ? resolve() : void setTimeout(look, 20))
    look()
  })

await until('warn')
await ask('/readyz')
await ask('/livez')
await ask('/readyz?verbose', 'secret')

console.log('--- the database goes down ---\n')
database = 'down'
await until('fail')
await ask('/readyz')
await ask('/livez')
await ask('/readyz?exclude=mail', 'secret')

server.close()
await monitor.stop()
