import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Redis } from 'ioredis'
import { connect } from 'nats'
import { createClient } from 'redis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { localQuota, natsLease, redisLease } from '../../../src/edge/index.js'
import { uniform } from '../../../src/math/random.js'
import type { Hold, Lease } from '../../../src/model/index.js'
import { tcpProxy } from '../../../src/testing/index.js'
import { freePort } from '../parts/free-port.js'

const WORKER = new URL('lease-worker.ts', import.meta.url).pathname
const SLOTS = 2
const WORKERS = 8
const MISHAPS = Number(process.env.MISHAPS ?? 40)
const NEVER = new AbortController().signal
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

const ends: (() => unknown)[] = []
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lease-'))
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await rm(dir, { recursive: true, force: true })
})

/** A broker that keeps what it has granted over a restart. */
class Broker {
  #process: ChildProcess | undefined

  private constructor(
    readonly kind: 'redis' | 'nats',
    readonly port: number,
  ) {}

  static async start(kind: 'redis' | 'nats'): Promise<Broker> {
    const broker = new Broker(kind, await freePort())
    await broker.up()
    ends.push(() => broker.down())
    return broker
  }

  async up(): Promise<void> {
    const { port } = this
    this.#process =
      this.kind === 'redis'
        ? spawn(
            'redis-server',
            [
              '--port',
              `${port}`,
              '--bind',
              '127.0.0.1',
              '--dir',
              dir,
              '--appendonly',
              'yes',
              '--appendfsync',
              'always',
            ],
            { stdio: 'ignore' },
          )
        : spawn('nats-server', ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', dir], { stdio: 'ignore' })
    await vi.waitFor(
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = spawnSync('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`], { stdio: 'ignore' })
          socket.status === 0 ? resolve() : reject(new Error('not up'))
        }),
      10_000,
    )
  }

  async down(): Promise<void> {
    const over = this.#process && once(this.#process, 'close')
    this.#process?.kill('SIGKILL')
    this.#process = undefined
    await over
  }
}

async function leaseOn(
  broker: Broker,
  client: 'ioredis' | 'redis' | 'nats',
  port = broker.port,
  slots = SLOTS,
): Promise<Lease> {
  const options = { name: 'restarts', slots, ttl: '3s', timeout: '1s' } as const
  if (client === 'ioredis') {
    const redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 1, retryStrategy: () => 100 })
    redis.on('error', () => {})
    ends.push(() => redis.disconnect())
    return redisLease(redis, options)
  }
  if (client === 'redis') {
    const redis = createClient({ url: `redis://127.0.0.1:${port}` })
    redis.on('error', () => {})
    await redis.connect()
    ends.push(() => redis.destroy())
    return redisLease(redis, options)
  }
  const connection = await connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  ends.push(() => connection.close())
  return natsLease(
    await connection.jetstream({ timeout: 1_000 }).views.kv('leases', { ttl: 3_000, history: 1 }),
    options,
  )
}

describe.each([
  ['redis', 'ioredis'],
  ['redis', 'redis'],
  ['nats', 'nats'],
] as const)('a lease on %s, by %s', (kind, client) => {
  beforeEach(({ skip }) => skip(!has(`${kind}-server`), `${kind}-server is not installed`))

  test('at most so many hold it; each later one has a greater token; what is released is free at once', async () => {
    const broker = await Broker.start(kind)
    const lease = await leaseOn(broker, client)
    const holds = await Promise.all(Array.from({ length: 6 }, (_, i) => lease.acquire(`h${i}`, NEVER)))
    const held = holds.filter((hold): hold is Hold => hold !== undefined)
    expect(held).toHaveLength(SLOTS)
    expect(held.every((hold) => hold.valid?.())).toBe(true)
    await held[0]?.release()
    expect(held[0]?.valid?.()).toBe(false)
    const next = await lease.acquire('next', NEVER)
    expect(Number(next?.token)).toBeGreaterThan(Math.max(...held.map(({ token }) => Number(token))))
    for (const hold of [next, ...held]) await hold?.release()
  })

  test('it is kept longer than its time while its holder lives, and is free again after it when he does not', async () => {
    const broker = await Broker.start(kind)
    const proxy = await tcpProxy(broker.port)
    ends.push(() => proxy.close())
    const mine = await leaseOn(broker, client, proxy.port, 1)
    const theirs = await leaseOn(broker, client, broker.port, 1)
    const hold = (await mine.acquire('mine', NEVER)) as Hold
    await sleep(4_500)
    expect(hold.valid?.()).toBe(true)
    expect(await theirs.acquire('theirs', NEVER)).toBeUndefined()
    // the network goes: the holder stops before the broker lets the slot go
    proxy.begin()
    await vi.waitFor(() => expect(hold.valid?.()).toBe(false), 5_000)
    const taken = await vi.waitFor(
      async () => {
        const got = await theirs.acquire('theirs', NEVER)
        expect(got).toBeDefined()
        return got as Hold
      },
      { timeout: 8_000, interval: 100 },
    )
    expect(Number(taken.token)).toBeGreaterThan(Number(hold.token))
    await taken.release()
  })

  test('with the broker away nothing is granted, but for a local quota', async () => {
    const broker = await Broker.start(kind)
    const lease = await leaseOn(broker, client)
    await broker.down()
    await expect(lease.acquire('a', NEVER)).rejects.toThrow()
    const safe = localQuota(lease, { count: 2, per: '1h' })
    const local = [await safe.acquire('a', NEVER), await safe.acquire('a', NEVER)]
    expect(local.every((hold) => hold && hold.token === undefined)).toBe(true)
    await expect(safe.acquire('a', NEVER)).rejects.toThrow()
  })
})

interface Told {
  readonly what: string
  readonly token: number
  readonly name: string
  /** When the holder believed that it held, by the machine's monotonic clock. */
  readonly at?: number
}

/** What the fleet acts on: lets no token act that is less than the `SLOTS` greatest it has seen, and writes all down. */
class Target {
  readonly seen = new Set<number>()
  readonly owners = new Map<number, string>()
  /** By token, from when to when its holder believed that it held. */
  readonly believed = new Map<number, [number, number]>()
  /** By token, from its first to its last action that was let through, by the number of the action. */
  readonly admitted = new Map<number, [number, number]>()
  /** Who acted last. */
  last = ''
  acted = 0
  refused = 0
  stopped = 0
  problems: string[] = []
  server: Server | undefined

  async listen(): Promise<string> {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      this.take(JSON.parse(Buffer.concat(chunks).toString()))
      response.end()
    })
    await once(this.server.listen(0, '127.0.0.1'), 'listening')
    ends.push(() => this.server?.close())
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  take({ what, token, name, at = 0 }: Told): void {
    const owner = this.owners.get(token)
    if (owner !== undefined && owner !== name)
      this.problems.push(`token ${token} was granted to ${owner} and to ${name}`)
    this.owners.set(token, name)
    if (what === 'stops') this.stopped++
    if (what !== 'acts') return
    this.last = name
    stretch(this.believed, token, at)
    this.seen.add(token)
    const least = [...this.seen]
      .sort((a, b) => b - a)
      .slice(0, SLOTS)
      .at(-1) as number
    if (token < least) this.refused++
    else stretch(this.admitted, token, ++this.acted)
  }
}

function stretch(spans: Map<number, [number, number]>, token: number, at: number): void {
  const [from, to] = spans.get(token) ?? [at, at]
  spans.set(token, [Math.min(from, at), Math.max(to, at)])
}

/** An independent judge: the most spans that hold at one moment, whatever let them. */
function mostAtOnce(spans: Iterable<readonly [number, number]>): number {
  const turns = [...spans].flatMap(([from, to]) => [
    [from, 1],
    [to, -1],
  ]) as [number, number][]
  turns.sort(([a, up], [b, down]) => a - b || down - up)
  let now = 0
  return turns.reduce((most, [, change]) => {
    now += change
    return Math.max(most, now)
  }, 0)
}

test('the judge counts spans that hold at one moment', () => {
  expect(mostAtOnce([])).toBe(0)
  expect(
    mostAtOnce([
      [1, 2],
      [3, 4],
    ]),
  ).toBe(1)
  expect(
    mostAtOnce([
      [1, 3],
      [3, 4],
    ]),
  ).toBe(2)
  expect(
    mostAtOnce([
      [1, 9],
      [2, 3],
      [4, 5],
      [4.5, 4.5],
    ]),
  ).toBe(3)
})

type Mishap = 'kill' | 'pause' | 'partition' | 'broker'

/** Which comes next: kills and pauses are most of it. */
function mishapOf(chance: number): Mishap {
  return chance < 0.4 ? 'kill' : chance < 0.7 ? 'pause' : chance < 0.9 ? 'partition' : 'broker'
}

describe.each(['redis', 'nats'] as const)('a fleet on %s', (kind) => {
  beforeEach(({ skip }) => skip(!has(`${kind}-server`), `${kind}-server is not installed`))

  test(`${WORKERS} processes, ${SLOTS} slots, ${MISHAPS} kills, pauses, partitions and restarts of the broker: never more than ${SLOTS} hold, and the work goes on`, async () => {
    const program = await workerProgram(kind)
    const broker = await Broker.start(kind)
    const target = new Target()
    const url = await target.listen()
    const doors = await Promise.all(['reset', 'silence'].map((mode) => tcpProxy(broker.port, { mode } as never)))
    ends.push(...doors.map((door) => () => door.close()))
    let born = 0
    const names: string[] = []
    // a third each by a network that resets, by one that goes silent, and directly
    const ports = [broker.port, ...doors.map((door) => door.port)]
    const start = (place: number): ChildProcess => {
      const name = `w${born++}`
      names[place] = name
      const argv = [program, kind, `${ports[place % 3]}`, url, name, `${SLOTS}`]
      return spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] })
    }
    const fleet = Array.from({ length: WORKERS }, (_, place) => start(place))
    ends.push(() => {
      for (const one of fleet) one.kill('SIGKILL')
    })
    await vi.waitFor(() => expect(target.acted).toBeGreaterThan(20), 20_000)
    const counts: Record<Mishap, number> = { kill: 0, pause: 0, partition: 0, broker: 0 }
    for (let i = 0; i < MISHAPS; i++) {
      const mishap = mishapOf(uniform(8, i))
      // mostly one that holds, so that it is caught in the act
      const holder = names.indexOf(target.last)
      const place = holder >= 0 && uniform(6, i) < 0.7 ? holder : Math.floor(uniform(7, i) * WORKERS)
      const one = fleet[place]
      const span = 500 + uniform(9, i) * 4_000
      counts[mishap]++
      if (mishap === 'kill') {
        one?.kill('SIGKILL')
        fleet[place] = start(place)
      } else if (mishap === 'pause') {
        one?.kill('SIGSTOP')
        void sleep(span).then(() => one?.kill('SIGCONT'))
      } else if (mishap === 'partition') {
        const door = doors[i % 2]
        door?.begin()
        void sleep(span).then(() => door?.end())
      } else {
        await broker.down()
        await sleep(300)
        await broker.up()
      }
      await sleep(400)
    }
    for (const door of doors) door.end()
    const before = target.acted
    await vi.waitFor(() => expect(target.acted).toBeGreaterThan(before + 20), 20_000)
    expect(target.problems).toEqual([])
    const believed = mostAtOnce(target.believed.values())
    const admitted = mostAtOnce(target.admitted.values())
    console.log(
      `${kind}, ${JSON.stringify(counts)}: ${target.owners.size} grants, ${target.acted} actions, ${target.refused} late ones refused by their token, ${target.stopped} times a holder stopped by itself; at most ${believed} believed at once that they hold, at most ${admitted} were let through`,
    )
    expect({ believed, admitted }).toEqual({ believed: SLOTS, admitted: SLOTS })
  }, 240_000)
})

async function workerProgram(kind: string): Promise<string> {
  const outfile = join(import.meta.dirname, `.lease-worker-${process.pid}-${kind}.mjs`)
  await build({ entryPoints: [WORKER], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
  ends.push(() => rm(outfile, { force: true }))
  return outfile
}
