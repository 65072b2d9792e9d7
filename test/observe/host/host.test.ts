import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/model/index.js'
import { runHost } from '../../../src/observe/host/run.js'
import { host } from '../../../src/observe/index.js'
import { type Probe, probe } from '../probe.js'
import { grow, plant, type Tree } from '../trees.js'
import { machine } from './machine.js'

/** A host that has been looked at twice, ten seconds apart. */
async function looked(before: Tree, after: Tree): Promise<Probe> {
  const root = plant(before)
  const run = probe({
    name: 'host',
    start: (emit, context) => runHost({ every: 10_000, root, platform: 'linux' }, emit, context),
  })
  await run.asleep()
  grow(root, after)
  await run.clock.advance('10s')
  await run.asleep()
  run.stop()
  await run.ended
  return run
}

const steady = () => looked(machine({ seconds: 1_000 }), machine({ seconds: 1_010 }))

test('counters become rates over our own window', async () => {
  const { value, faults } = await steady()
  expect(value('system.cpu.utilization', 'user')).toBeCloseTo(0.25)
  expect(value('system.cpu.utilization', 'idle')).toBeCloseTo(0.5)
  expect(value('system.cpu.utilization', 'interrupt')).toBeCloseTo(0.0125)
  expect(value('system.cpu.utilization')).toBeCloseTo(0.475)
  expect(value('system.disk.io.rate', 'sda', 'read')).toBeCloseTo(1e6)
  expect(value('system.disk.io.rate', 'sda', 'write')).toBeCloseTo(2e6)
  expect(value('system.disk.operations.rate', 'sda', 'write')).toBeCloseTo(20)
  expect(value('system.disk.operation_time.mean', 'sda', 'read')).toBeCloseTo(0.005)
  expect(value('system.disk.operation_time.mean', 'sda', 'write')).toBeCloseTo(0.02)
  expect(value('system.disk.io_time.rate', 'sda')).toBeCloseTo(0.3)
  expect(value('system.network.io.rate', 'eth0', 'receive')).toBeCloseTo(1e6)
  expect(value('system.network.io.rate', 'eth0', 'transmit')).toBeCloseTo(2e6)
  expect(value('system.network.errors.rate', 'eth0', 'receive')).toBeCloseTo(1)
  expect(value('system.network.packet.dropped.rate', 'eth0', 'transmit')).toBeCloseTo(3)
  expect(value('pi_uptime.host.tcp.retransmissions.rate')).toBeCloseTo(20)
  expect(value('pi_uptime.host.tcp.retransmission.ratio')).toBeCloseTo(0.02)
  expect(value('system.paging.operations.rate', 'out')).toBeCloseTo(3)
  expect(value('system.paging.faults.rate', 'minor')).toBeCloseTo(995)
  expect(value('pi_uptime.host.oom_kills')).toBe(0)
  expect(value('pi_uptime.host.pressure', 'cpu', 'some')).toBeCloseTo(0.25)
  expect(value('pi_uptime.host.pressure', 'io', 'full')).toBeCloseTo(0.05)
  expect(faults).toEqual([])
})

test('what is a level is observed as it is', async () => {
  const { value } = await steady()
  expect(value('system.memory.usage', 'used')).toBe(1_000_000 * 1024)
  expect(value('system.memory.utilization', 'used')).toBe(0.25)
  expect(value('system.paging.utilization', 'used')).toBe(0.25)
  expect(value('pi_uptime.host.load', '5m')).toBe(1.25)
  expect(value('pi_uptime.host.zram.usage', 'zram0', 'resident')).toBe(120_000)
  expect(value('system.uptime')).toBe(1_010.25)
  expect(value('pi_uptime.host.clock.offset')).toBe(15)
  expect(value('pi_uptime.host.clock.synchronized')).toBe(1)
  expect(value('system.network.connection.count', 'tcp', 'listen')).toBe(2)
  expect(value('system.network.connection.count', 'tcp', 'close_wait')).toBe(1)
  expect(value('system.network.connection.count', 'tcp', 'established')).toBe(1)
  expect(value('system.network.connection.count', 'tcp', 'time_wait')).toBe(0)
})

test('partitions, loops, the loopback and the ends of containers are left out', async () => {
  const { emitted } = await steady()
  const devices = new Set(
    emitted.flatMap(({ signal: { attributes } }) => [
      attributes['system.device.name'],
      attributes['network.interface.name'],
    ]),
  )
  expect([...devices].filter((name) => name !== undefined).sort()).toEqual([
    '/dev/sda1',
    '/dev/sda2',
    'eth0',
    'nvme0n1',
    'sda',
    'zram0',
  ])
})

test('a counter that goes back was reset: its window is left out, the next one is right', async () => {
  const root = plant(machine({ seconds: 1_000 }))
  const run = probe({
    name: 'host',
    start: (emit, context) => runHost({ every: 10_000, root, platform: 'linux' }, emit, context),
  })
  for (const seconds of [10, 20]) {
    await run.asleep()
    grow(root, machine({ seconds }))
    run.emitted.length = 0
    await run.clock.advance('10s')
    await run.asleep()
    const received = run.value('system.network.io.rate', 'eth0', 'receive')
    if (seconds === 10) expect(received).toBeUndefined()
    else expect(received).toBeCloseTo(1e6)
  }
  run.stop()
  await run.ended
})

test('a file system that went read-only shows; one that fstab wants so does not', async () => {
  const mounts = '/dev/sda1 / ext4 ro,noatime 0 0\n/dev/sda2 /my\\040disk vfat ro 0 0\n'
  const { value } = await looked(machine({ seconds: 1 }), { ...machine({ seconds: 11 }), 'proc/mounts': mounts })
  expect(value('pi_uptime.host.filesystem.read_only', '/dev/sda1', '/')).toBe(1)
  expect(value('pi_uptime.host.filesystem.read_only', '/dev/sda2', '/my disk')).toBe(0)
})

test('a path is read as the kernel writes it: in UTF-8, with its blanks escaped', async () => {
  const mounts = '/dev/sda1 /m\xc3\xa9dia\\040un ext4 rw 0 0\n'
  const { value } = await looked(machine({ seconds: 1 }), { 'proc/mounts': mounts })
  expect(value('pi_uptime.host.filesystem.read_only', '/dev/sda1', '/média un')).toBe(0)
})

test('with more than a thousand sockets they are counted, not listed', async () => {
  const many = { 'proc/net/sockstat': 'TCP: inuse 900 orphan 0 tw 5000 alloc 1 mem 1\n' }
  const { value } = await looked({ ...machine({ seconds: 1 }), ...many }, many)
  expect(value('system.network.connection.count', 'tcp', 'time_wait')).toBe(5_000)
  expect(value('system.network.connection.count', 'tcp', 'established')).toBe(7)
  expect(value('system.network.connection.count', 'tcp', 'listen')).toBeUndefined()
})

test('a machine with thousands of disks and interfaces is looked at in part', async () => {
  const disks = Array.from(
    { length: 5_000 },
    (_, i) => ` 8 ${i} sd${'abcdefghij'[i % 10]}${'k'.repeat(1 + i / 500)} 1 2 3 4 5 6 7 8 9 10 11`,
  )
  const interfaces = Array.from({ length: 5_000 }, (_, i) => `eth${i}: 1 1 1 1 0 0 0 0 1 1 1 1 0 0 0 0`)
  const crowd = { 'proc/diskstats': disks.join('\n'), 'proc/net/dev': interfaces.join('\n') }
  const { emitted } = await looked({ ...machine({ seconds: 1 }), ...crowd }, {})
  const kinds = new Set(emitted.map(({ signal }) => JSON.stringify([signal.name, signal.attributes])))
  expect(kinds.size).toBeLessThan(600)
})

test('a bare kernel without PSI, swap, vmstat or network is no fault', async () => {
  const { stat, loadavg, uptime } = { stat: 'proc/stat', loadavg: 'proc/loadavg', uptime: 'proc/uptime' }
  const full = machine({ seconds: 1 })
  const { value, faults } = await looked({ [stat]: full[stat], [loadavg]: full[loadavg], [uptime]: full[uptime] }, {})
  expect(value('system.uptime')).toBe(1.25)
  expect(value('pi_uptime.host.clock.synchronized')).toBeUndefined()
  expect(faults).toEqual([])
})

test('where there is no /proc it observes what Node offers, and says once what is missing', async () => {
  const run = probe({
    name: 'host',
    start: (emit, context) => runHost({ every: 10_000, root: '/', platform: 'darwin' }, emit, context),
  })
  for (let i = 0; i < 3; i++) {
    await run.asleep()
    await run.clock.advance('10s')
  }
  run.stop()
  await run.ended
  expect(run.faults).toEqual([expect.stringMatching(/on darwin Node shows CPU, load, memory.*not observed: swap/)])
  expect(run.value('system.memory.utilization', 'used')).toBeGreaterThan(0)
  expect(run.value('pi_uptime.host.load', '1m')).toBeGreaterThanOrEqual(0)
  expect(run.value('system.uptime')).toBeGreaterThan(0)
})

test.skipIf(process.platform !== 'linux')(
  'files are closed with the source',
  async () => {
    const root = plant(machine({ seconds: 1 }))
    const { readdirSync, readlinkSync } = await import('node:fs')
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root)
        } catch {
          return false
        }
      }).length
    const run = probe(host({ root }))
    await run.asleep()
    expect(open()).toBeGreaterThan(5)
    run.stop()
    await run.ended
    while (open() > 0) await new Promise((resolve) => setTimeout(resolve, 1))
  },
  5_000,
)

test.each([
  ['host.every', { every: '100ms' }],
  ['host.root', { root: '' }],
  ['host.rootfs', { rootfs: '/' }],
] as const)('refuses a bad %s', (field, options) => {
  expect(() => host(options as never)).toThrow(ConfigError)
  expect(() => host(options as never)).toThrow(expect.objectContaining({ field }))
})
