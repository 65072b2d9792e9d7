import { afterEach, describe, expect, test } from 'vitest'
import type { Health, HealthStatus } from '../../src/model/index.js'
import { systemd } from '../../src/serve/index.js'
import { Tidings } from '../../src/serve/systemd.js'
import { rig } from '../../src/testing/index.js'

const NEVER = Number.POSITIVE_INFINITY

function health(more: Partial<Health> = {}, output = ''): Health {
  const { status = 'pass' } = more
  const check = {
    name: 'db',
    kind: 'readiness',
    critical: true,
    groups: [],
    dependsOn: [],
    time: 0,
    since: 0,
    took: 0,
  } as const
  const same = { service: 'shop', status, live: 'pass', ready: status, started: 'pass', draining: false } as const
  return { ...same, checks: [{ ...check, status, ...(output && { output }) }], ...more }
}

describe('systemd is told', () => {
  test('that the service is ready, once, when its startup checks have passed', () => {
    const tidings = new Tidings(NEVER)
    expect(tidings.of(health({ started: 'fail' }), 0)).toEqual([])
    expect(tidings.of(health(), 1_000)).toEqual(['READY=1', 'STATUS=pass'])
    expect(tidings.of(health(), 2_000)).toEqual([])
  })

  test('how it is, on one line, at most every ten seconds', () => {
    const tidings = new Tidings(NEVER)
    tidings.of(health(), 0)
    const bad = health({ status: 'fail' }, 'refused\nREADY=1')
    expect(tidings.of(bad, 1_000)).toEqual([])
    expect(tidings.of(bad, 10_000)).toEqual(['STATUS=fail, db: refused READY=1'])
  })

  test('that it lives, in half of the time that it has, and not while liveness fails', () => {
    const tidings = new Tidings(15_000)
    const beats = (live: HealthStatus, from: number, to: number): readonly number[] => {
      const at: number[] = []
      for (let now = from; now < to; now += 1_000)
        if (tidings.of(health({ live }), now).includes('WATCHDOG=1')) at.push(now)
      return at
    }
    expect(beats('pass', 0, 60_000)).toEqual([0, 14_000, 28_000, 42_000, 56_000])
    expect(beats('fail', 60_000, 120_000)).toEqual([])
    expect(beats('warn', 120_000, 121_000)).toEqual([120_000])
  })

  test('that it stops, once', () => {
    const tidings = new Tidings(NEVER)
    tidings.of(health(), 0)
    expect(tidings.of(health({ draining: true }), 1_000)).toEqual(['STOPPING=1'])
    expect(tidings.of(health({ draining: true }), 2_000)).toEqual([])
  })
})

describe('systemd()', () => {
  afterEach(() => {
    delete process.env.NOTIFY_SOCKET
  })

  test('does nothing where it was not asked for', async () => {
    const world = rig()
    world.monitor.use(systemd(world.monitor, { program: '/nowhere' }))
    await world.advance('1m')
    expect(world.faults).toEqual([])
  })

  test('a program that is not there is a fault, and no more', async () => {
    process.env.NOTIFY_SOCKET = '/nowhere/socket'
    const world = rig()
    world.monitor.use(systemd(world.monitor, { program: '/nowhere/systemd-notify' }))
    await world.advance('1m')
    await world.stop()
    expect(world.faults.length).toBeGreaterThan(0)
    expect(new Set(world.faults.map(({ part }) => part))).toEqual(new Set(['systemd']))
  })

  test.each([
    ['systemd.program', { program: 'systemd-notify' }],
    ['systemd.programm', { programm: '/x' }],
  ])('%s: an option that is none is refused', (field, options) => {
    expect(() => systemd(rig().monitor, options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigError', field }),
    )
  })
})
