import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { network } from '../../../src/edge/index.js'
import { addressIn } from '../../../src/edge/network/address.js'
import { verdictOf, type Witnesses } from '../../../src/edge/network/verdict.js'
import { defaultGateway, isNeighbour } from '../../../src/edge/network/witness.js'
import type { Context } from '../../../src/model/index.js'
import { virtualClock } from '../../../src/testing/index.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const none = { target: false, gateway: undefined, resolver: undefined, peers: [] }

test.each<[Partial<Witnesses>, string]>([
  [{ target: true }, 'ok'],
  [{}, 'unknown'],
  [{ gateway: false }, 'unknown'],
  [{ resolver: true }, 'unknown'],
  [{ gateway: false, resolver: false }, 'local'],
  [{ gateway: false, peers: [false, false] }, 'local'],
  [{ gateway: true, resolver: false }, 'uplink'],
  [{ gateway: true, peers: [false] }, 'uplink'],
  [{ gateway: true, resolver: false, peers: [true] }, 'uplink'],
  [{ gateway: false, resolver: false, peers: [true] }, 'uplink'],
  [{ gateway: true, resolver: true }, 'target'],
  [{ gateway: true, peers: [false, true] }, 'target'],
  [{ gateway: false, peers: [true] }, 'target'],
  [{ peers: [false, false] }, 'unknown'],
  [{ resolver: false, peers: [false] }, 'unknown'],
])('of %j the verdict is %s', (seen, verdict) => {
  expect(verdictOf({ ...none, ...seen })).toBe(verdict)
})

async function listening(): Promise<{ server: Server; address: string }> {
  const server = createServer((socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => server.close())
  return { server, address: `127.0.0.1:${(server.address() as { port: number }).port}` }
}

test('a target that goes away while others answer is its own fault; a guard and the signals say so', async () => {
  const { server, address } = await listening()
  const { address: gateway } = await listening()
  const { address: peer } = await listening()
  const clock = virtualClock()
  const stop = new AbortController()
  const seen = new Map<string, number>()
  const net = network({ target: address, gateway, peers: [peer] })
  const guard = net.only('ok', 'local')
  expect(guard.check({} as never)).toBe("the network's verdict is unknown")
  const emit = ({ attributes }: { attributes: object }, value: number): void =>
    void seen.set(Object.values(attributes).join(), value)
  const life = net.start(emit, { clock, abort: stop.signal } as unknown as Context)
  const until = async (verdict: string): Promise<void> => {
    for (let i = 0; i < 2_000 && net.verdict() !== verdict; i++) {
      if (i % 50 === 0) await clock.advance('1s')
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(net.verdict()).toBe(verdict)
  }
  await until('ok')
  expect(guard.check({} as never)).toBeUndefined()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await until('target')
  expect(guard.check({} as never)).toBe("the network's verdict is target")
  expect(Object.fromEntries(seen)).toMatchObject({
    ok: 0,
    target: 0,
    gateway: 1,
    peers: 1,
    local: 0,
    uplink: 0,
    unknown: 0,
  })
  stop.abort()
  await life
})

test('the gateway is found in the kernel’s table, and a neighbour in its other one', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'proc-'))
  ends.push(() => rm(proc, { recursive: true }))
  await mkdir(join(proc, 'net'))
  const head = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n'
  await writeFile(
    join(proc, 'net/route'),
    `${head}eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\neth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\n`,
  )
  await writeFile(
    join(proc, 'net/arp'),
    'IP address HW type Flags\n192.168.0.1      0x1         0x2         aa:bb:cc:dd:ee:ff     *        eth0\n192.168.0.9      0x1         0x0         00:00:00:00:00:00     *        eth0\n',
  )
  expect(await defaultGateway(proc)).toBe('192.168.0.1')
  expect(await isNeighbour('192.168.0.1', proc)).toBe(true)
  expect(await isNeighbour('192.168.0.9', proc)).toBe(false)
  expect(await defaultGateway('/nowhere')).toBeUndefined()
})

test.each([
  ['collector:4318', { host: 'collector', port: 4318 }],
  ['[::1]:53', { host: '::1', port: 53 }],
  ['https://collector/v1', { host: 'collector', port: 443 }],
  ['http://collector:4318', { host: 'collector', port: 4318 }],
])('%s is an address', (text, address) => {
  expect(addressIn('x', text)).toEqual(address)
})

test.each([
  [{ target: 'collector' }, "network.target must be 'host:port' or a URL"],
  [{ target: 'c:1', peers: ['x'] }, 'network.peers[0] must be'],
  [{ target: 'c:1', every: '1ms' }, 'network.every must be'],
  [{ target: 'c:1', gateway: 7 }, 'network.gateway must be'],
])('nonsense is refused: %j', (options, message) => {
  expect(() => network(options as never)).toThrow(message)
})
