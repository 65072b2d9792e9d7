import { expect, test } from 'vitest'
import { heartbeat } from '../../src/observe/index.js'
import { rig } from '../../src/testing/index.js'

test('a job that stops beating fails its check after its time and grace, is a finding, and is well again at the next beat', async () => {
  const backup = heartbeat('backup', { every: '1h', grace: '5m', critical: false })
  const world = rig({ observe: [backup] })
  for (let hour = 0; hour < 5; hour++) {
    await world.advance('1h')
    backup.beat()
  }
  expect(world.monitor.findings()).toEqual([])
  await world.advance('64m')
  expect(world.monitor.findings()).toEqual([])
  await world.advance('2m')
  expect(world.monitor.findings()).toMatchObject([{ state: 'open', severity: 'warning' }])
  const [check] = world.monitor.health().checks
  expect(check).toMatchObject({
    name: 'heartbeat:backup',
    status: 'fail',
    output: expect.stringMatching(/no beat for 1 h .*due every 1 h, with 5 min of grace/),
  })
  backup.beat()
  await world.advance('2m')
  expect(world.monitor.findings()).toMatchObject([{ state: 'closed' }])
  expect(world.faults).toEqual([])
})

test('what never began is noticed, counted from the start', async () => {
  const world = rig({ observe: [heartbeat('sync', { every: '1m' })] })
  await world.advance('80s')
  expect(world.monitor.findings()).toEqual([])
  await world.advance('30s')
  expect(world.monitor.findings()).toMatchObject([{ state: 'open', severity: 'critical' }])
})

test('beats are sent at their pace, not while it is not well, and end with the monitor', async () => {
  const beats: number[] = []
  let well = true
  const world = rig({
    observe: [heartbeat({ to: () => beats.push(world.clock.now()), every: '1m', when: () => well })],
  })
  await world.advance('5m')
  expect(beats).toHaveLength(6)
  expect(new Set(beats.slice(1).map((at, i) => at - (beats[i] as number)))).toEqual(new Set([60_000]))
  well = false
  await world.advance('5m')
  expect(beats).toHaveLength(6)
  well = true
  await world.stop()
  await world.clock.advance('5m')
  expect(beats).toHaveLength(6)
})

test('a receiver that throws, rejects or hangs costs a fault a beat, and the next beat comes in its time', async () => {
  let beats = 0
  const answers = [
    () => Promise.reject(new Error('no')),
    () => new Promise(() => {}),
    () => {
      throw new Error('no')
    },
    () => undefined,
  ]
  const world = rig({ observe: [heartbeat({ to: () => answers[beats++ % 4]?.(), every: '1m', timeout: '10s' })] })
  await world.advance('8m')
  expect(beats).toBe(9)
  expect(world.faults.map(({ part }) => part)).toEqual(Array(7).fill('heartbeat'))
  expect(world.faults[1]?.message).toBe('a beat was not taken within 10 s')
})

test.each([
  ['heartbeat.every', () => heartbeat('backup', {} as never)],
  ['heartbeat.options', () => heartbeat('backup', undefined as never)],
  ['heartbeat.interval', () => heartbeat('backup', { every: '1d', interval: 1 } as never)],
  ['heartbeat.to', () => heartbeat({ to: 'ftp://host/x' })],
  ['heartbeat.to', () => heartbeat({ to: 'nowhere' })],
  ['heartbeat.when', () => heartbeat({ to: 'http://x.example/', when: true as never })],
])('%s: nonsense is refused with its field', (field, build) => {
  expect(build).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
})
