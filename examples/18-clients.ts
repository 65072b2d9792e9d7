// What a service works with: a database that hangs, workers that are all busy, a queue that grows, a server that answers slowly.
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PQueue from 'p-queue'
import pg from 'pg'
import { createMonitor } from 'pi-uptime'
import { fetches, pool, queue } from 'pi-uptime/clients'
import { Piscina } from 'piscina'

const silent = createTcpServer() // a database that takes connections, and says nothing
await once(silent.listen(0, '127.0.0.1'), 'listening')
const db = new pg.Pool({
  host: '127.0.0.1',
  port: (silent.address() as AddressInfo).port,
  max: 3,
  connectionTimeoutMillis: 4_000,
})

const script = join(mkdtempSync(join(tmpdir(), 'thumbnails-')), 'work.mjs')
writeFileSync(script, 'export default (ms) => new Promise((done) => setTimeout(done, ms))')
const workers = new Piscina({ filename: script, minThreads: 2, maxThreads: 2 })
const letters = new PQueue({ concurrency: 2 })

const seen = new Map<string, number>()
const monitor = createMonitor({
  service: 'shop',
  observe: [
    pool('orders', db, { every: '1s' }),
    queue('thumbnails', () => ({ waiting: workers.queueSize, threads: workers.threads.length }), { every: '1s' }),
    queue('letters', () => ({ waiting: letters.size, active: letters.pending }), { every: '1s' }),
    fetches({ every: '1s' }),
  ],
  watch: [
    {
      name: 'printer@1',
      matches: ({ name }) => /queue|pool|db|http/.test(name),
      start: () => null,
      push(_, value, __, { name, attributes }) {
        seen.set(`${name} of ${Object.values(attributes).join(', ')}`, value)
        return []
      },
      tick: () => [],
    },
  ],
  telemetry: false,
})
await monitor.start()
await new Promise((next) => setTimeout(next, 100))

const server = createServer((_, res) => setTimeout(() => res.end('ok'), 150))
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
for (let i = 0; i < 40; i++) void letters.add(async () => (await fetch(`http://127.0.0.1:${port}`)).text())
const queries = Array.from({ length: 5 }, () => db.query('select 1').catch(() => undefined))
const thumbnails = Array.from({ length: 6 }, () => workers.run(1_000))
await new Promise((next) => setTimeout(next, 2_500))
for (const [what, value] of seen) console.log(`${what.replace(`${port}`, 'PORT')}: ${Number(value.toPrecision(3))}`)
if (seen.get('db.client.connection.pending_requests of orders') !== 2)
  throw new Error('two queries wait for a connection')

letters.clear()
await Promise.all([letters.onIdle(), ...thumbnails])
await monitor.stop()
server.closeAllConnections()
server.close()
silent.close()
await Promise.all(queries)
await workers.destroy()
process.exit(0)
