import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue, Worker } from 'bullmq'
import PQueue from 'p-queue'
import pg from 'pg'
import { Piscina } from 'piscina'
import { fetch as undiciFetch } from 'undici'
import { afterEach, expect, test } from 'vitest'
import type { Source } from '../../../src/model/index.js'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { fetches, pool, queue } from '../../../src/observe/clients/index.js'
import { freePort } from '../parts/free-port.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse())
    await Promise.resolve()
      .then(end)
      .catch(() => undefined)
})

/** A running monitor, and the last value of each signal of a source. */
async function told(source: Source) {
  const values = new Map<string, number>()
  const monitor = createMonitor({
    service: 'shop',
    telemetry: false,
    observe: [source],
    watch: [
      {
        name: 'ear@1',
        matches: () => true,
        start: () => null,
        push: (_, value, __, { name, attributes }) => {
          values.set([name, ...Object.values(attributes)].join(' '), value)
          return []
        },
        tick: () => [],
      },
    ],
  })
  await monitor.start()
  ends.push(() => monitor.stop())
  return values
}

async function until(met: () => unknown, what: () => string): Promise<void> {
  for (let i = 0; i < 200 && !met(); i++) await new Promise((next) => setTimeout(next, 50))
  expect(met(), what()).toBeTruthy()
}

/** Where Debian puts PostgreSQL's programs. */
function postgres(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  return readdirSync(root)
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
}

/** A PostgreSQL of its own on loopback; it refuses to run as root. */
async function startPostgres(bin: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'pg-'))
  const port = await freePort()
  const who =
    process.getuid?.() === 0 ? Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' })) : undefined
  if (who !== undefined) chownSync(dir, who, who)
  const as = who === undefined ? {} : { uid: who, gid: who }
  execFileSync(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'ann', '--auth=trust'], {
    stdio: 'ignore',
    cwd: dir,
    ...as,
  })
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', join(dir, 'data'), '-h', '127.0.0.1', '-p', `${port}`, '-k', dir, '-c', 'fsync=off'],
    { stdio: 'ignore', cwd: dir, ...as },
  )
  ends.push(() => server.kill('SIGKILL'))
  return port
}

test('a pool of pg against a real PostgreSQL: in use, idle, and who waits', async ({ skip }) => {
  const bin = postgres()
  if (!bin) return skip('PostgreSQL is not there (Debian: postgresql)')
  const port = await startPostgres(bin)
  const connections = new pg.Pool({ host: '127.0.0.1', port, user: 'ann', database: 'postgres', max: 3 })
  connections.on('error', () => undefined)
  ends.push(() => connections.end())
  for (let i = 0; ; i++) {
    const failed = await connections.query('select 1').then(
      () => false,
      () => true,
    )
    if (!failed) break
    if (i > 100) throw new Error('PostgreSQL does not answer')
    await new Promise((next) => setTimeout(next, 100))
  }
  const values = await told(pool('orders', connections, { every: '1s' }))
  const slow = Array.from({ length: 5 }, () => connections.query('select pg_sleep(2.5)'))
  await until(
    () => values.get('db.client.connection.pending_requests orders') === 2,
    () => JSON.stringify([...values]),
  )
  expect(values.get('db.client.connection.count orders used')).toBe(3)
  expect(values.get('db.client.connection.max orders')).toBe(3)
  expect(values.get('pi_uptime.pool.utilization orders')).toBe(1)
  await Promise.all(slow)
  await until(
    () => values.get('db.client.connection.count orders idle') === 3,
    () => JSON.stringify([...values]),
  )
}, 60_000)

test('a queue of BullMQ against a real Redis', async ({ skip }) => {
  if (spawnSync('redis-server', ['--version']).status !== 0)
    return skip('redis-server is not there (Debian: redis-server)')
  const port = await freePort()
  const redis = spawn('redis-server', ['--port', `${port}`, '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' })
  ends.push(() => redis.kill('SIGKILL'))
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  const mail = new Queue('mail', { connection })
  ends.push(() => mail.close())
  for (let i = 0; i < 7; i++) await mail.add('letter', { i })
  const values = await told(queue('mail', () => mail.getJobCounts('waiting', 'active', 'failed'), { every: '1s' }))
  await until(
    () => values.get('pi_uptime.queue.size mail waiting') === 7,
    () => JSON.stringify([...values]),
  )
  const worker = new Worker('mail', async () => Promise.reject(new Error('no such address')), { connection })
  ends.push(() => worker.close(true))
  await until(
    () => values.get('pi_uptime.queue.size mail failed') === 7,
    () => JSON.stringify([...values]),
  )
}, 60_000)

test('workers of Piscina, and a queue of p-queue', async () => {
  const filename = join(mkdtempSync(join(tmpdir(), 'worker-')), 'wait.mjs')
  writeFileSync(filename, 'export default (ms) => new Promise((done) => setTimeout(done, ms))')
  const workers = new Piscina({ filename, minThreads: 2, maxThreads: 2 })
  ends.push(() => workers.destroy())
  const read = () => ({ waiting: workers.queueSize, active: workers.threads.length })
  const values = await told(queue('thumbnails', read, { every: '1s' }))
  const jobs = Array.from({ length: 6 }, () => workers.run(1_500).catch(() => undefined))
  await until(
    () => (values.get('pi_uptime.queue.size thumbnails waiting') ?? 0) >= 2,
    () => JSON.stringify([...values]),
  )
  expect(values.get('pi_uptime.queue.size thumbnails active')).toBe(2)
  await Promise.all(jobs)
  const letters = new PQueue({ concurrency: 1 })
  for (let i = 0; i < 4; i++) void letters.add(() => new Promise((next) => setTimeout(next, 1_500)))
  const others = await told(
    queue('letters', () => ({ waiting: letters.size, active: letters.pending }), { every: '1s' }),
  )
  await until(
    () => others.get('pi_uptime.queue.size letters waiting') === 3,
    () => JSON.stringify([...others]),
  )
  letters.clear()
}, 60_000)

test.each([
  ['fetch()', fetch],
  ['undici', undiciFetch as unknown as typeof fetch],
])(
  '%s against a real server: rate, failures, duration',
  async (_, ask) => {
    const server = createServer((req, res) => {
      setTimeout(() => {
        res.statusCode = req.url === '/bad' ? 500 : 200
        res.end('x'.repeat(10_000))
      }, 100)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    ends.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const values = await told(fetches({ every: '1s' }))
    await new Promise((next) => setTimeout(next, 100))
    for (const path of ['/', '/', '/', '/bad']) await (await ask(`http://127.0.0.1:${port}${path}`)).text()
    await ask('http://127.0.0.1:9/').catch(() => undefined)
    const at = `127.0.0.1 ${port}`
    await until(
      () => values.has(`http.client.request.duration.mean ${at}`),
      () => JSON.stringify([...values]),
    )
    expect(values.get(`http.client.request.duration.mean ${at}`)).toBeGreaterThan(0.09)
    expect(values.get(`http.client.request.duration.mean ${at}`)).toBeLessThan(0.5)
    expect(values.get(`pi_uptime.http.client.failures ${at}`)).toBeGreaterThan(0)
  },
  30_000,
)
