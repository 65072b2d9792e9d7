import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { ConfigError, type Monitor } from '../../../src/model/index.js'
import {
  gracefulShutdown,
  type Shutdown,
  type ShutdownOptions,
  type ShutdownReport,
} from '../../../src/monitor/health/shutdown.js'
import { check } from '../../../src/observe/index.js'
import { type Rig, rig } from '../../../src/testing/rig.js'

const prepared: Shutdown[] = []
afterEach(() => {
  for (const one of prepared.splice(0)) one.remove()
})

async function running(options: ShutdownOptions = {}): Promise<{ world: Rig; shutdown: Shutdown }> {
  const world = rig({ observe: [check('db', () => true)] })
  await world.advance('2s')
  const shutdown = gracefulShutdown(world.monitor, { signals: [], clock: world.clock, ...options })
  prepared.push(shutdown)
  return { world, shutdown }
}

/** Goes through the shutdown in virtual time. */
async function ended(world: Rig, shutdown: Shutdown): Promise<ShutdownReport> {
  const report = shutdown.begin()
  for (let second = 0; second < 120; second++) {
    await world.clock.advance('1s')
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return report
}

describe('the steps', () => {
  test('come in order: readiness off at once, the delay, the beacons, close, stop', async () => {
    const story: string[] = []
    const { world, shutdown } = await running({ close: () => story.push(`close at ${world.clock.elapsed() - began}`) })
    const began = world.clock.elapsed()
    const out = world.monitor.beacon('upload')
    void world.clock.sleep(8_000).then(() => {
      story.push(`upload done at ${world.clock.elapsed() - began}`)
      out()
    })
    const report = shutdown.begin()
    expect(world.monitor.health()).toMatchObject({ ready: 'fail', draining: true, live: 'pass' })
    await world.clock.advance('4s')
    expect(story).toEqual([])
    await ended(world, shutdown)
    expect(story).toEqual(['upload done at 8000', 'close at 8000'])
    expect(await report).toMatchObject({ lit: [], problems: [] })
    expect(world.monitor.health().ready).toBe('fail')
  })

  test('wait for beacons that are lit only after the shutdown has begun', async () => {
    let closedAt = -1
    const { world, shutdown } = await running({
      close: () => {
        closedAt = world.clock.elapsed()
      },
    })
    const began = world.clock.elapsed()
    const done = shutdown.begin()
    await world.clock.advance('3s')
    const out = world.monitor.beacon('late request')
    void world.clock.sleep(6_000).then(out)
    await ended(world, shutdown)
    expect((await done).lit).toEqual([])
    expect(closedAt - began).toBe(9_000)
  })

  test('happen once, however often they are asked for', async () => {
    let closes = 0
    const { world, shutdown } = await running({ close: () => closes++ })
    const first = shutdown.begin()
    expect(shutdown.begin()).toBe(first)
    await ended(world, shutdown)
    expect(closes).toBe(1)
  })

  test('without a delay begin to end at once', async () => {
    const { world, shutdown } = await running({ delay: 0 })
    expect((await ended(world, shutdown)).took).toBe(0)
  })

  test('wait for a node server that is given back', async () => {
    const server = createServer()
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { world, shutdown } = await running({ close: () => server.close() })
    expect((await ended(world, shutdown)).problems).toEqual([])
    expect(server.listening).toBe(false)
    const slow = Object.assign(new EventEmitter(), { listening: false })
    const second = await running({ close: () => slow })
    const report = second.shutdown.begin()
    void second.world.clock.sleep(7_000).then(() => slow.emit('close'))
    await ended(second.world, second.shutdown)
    expect((await report).took).toBe(7_000)
  })
})

describe('the deadline', () => {
  test('holds although beacons, close and stop all hang, and each had its turn', async () => {
    const story: string[] = []
    const { world, shutdown } = await running({
      delay: '5s',
      deadline: '20s',
      close: () => {
        story.push(`close after ${world.clock.elapsed() - began}`)
        return new Promise(() => {})
      },
    })
    const hung = Object.assign(Object.create(world.monitor) as Monitor, {
      drain: (ms: number) => world.monitor.drain(ms),
      stop: () => {
        story.push(`stop after ${world.clock.elapsed() - began}`)
        return new Promise<void>(() => {})
      },
    })
    const stuck = gracefulShutdown(hung, {
      signals: [],
      clock: world.clock,
      close: () => {
        story.push(`close after ${world.clock.elapsed() - began}`)
        return new Promise(() => {})
      },
    })
    shutdown.remove()
    world.monitor.beacon('endless')
    const began = world.clock.elapsed()
    const report = await ended(world, stuck)
    expect(story).toEqual(['close after 15000', 'stop after 20000'])
    expect(report).toEqual({
      lit: ['endless'],
      problems: ['close: no answer within 5000 ms', 'stop: no answer within 5000 ms'],
      took: 25_000,
    })
    await world.stop()
  })

  test.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
      'close: boom',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), 'close: boom'],
    [
      'throws no error',
      () => {
        throw undefined
      },
      'close: undefined',
    ],
  ])('is not needed when close %s: the monitor is stopped all the same', async (_, close, problem) => {
    const { world, shutdown } = await running({ close })
    const report = await ended(world, shutdown)
    expect(report.problems).toEqual([problem])
    expect(report.took).toBe(5_000)
  })

  test('onEnd hears how it went, and may throw', async () => {
    const heard: ShutdownReport[] = []
    const { world, shutdown } = await running({
      onEnd: (report) => {
        heard.push(report)
        throw new Error('in onEnd')
      },
    })
    const report = await ended(world, shutdown)
    expect(heard).toEqual([report])
  })
})

describe('signals', () => {
  test('are listened to from the building to the removal, and by nobody else', async () => {
    const count = (): number[] => [process.listenerCount('SIGTERM'), process.listenerCount('SIGUSR2')]
    const before = count()
    const { world, shutdown } = await running({ signals: ['SIGTERM', 'SIGUSR2', 'SIGTERM'] })
    expect(count()).toEqual(before.map((n) => n + 1))
    shutdown.remove()
    shutdown.remove()
    expect(count()).toEqual(before)
    await world.stop()
    expect(count()).toEqual(before)
  })

  test('begin the shutdown, and leave the end to another listener of the application', async () => {
    const own = (): void => {}
    process.on('SIGUSR2', own)
    const ends: ShutdownReport[] = []
    const { world } = await running({ signals: ['SIGUSR2'], onEnd: (report) => ends.push(report) })
    process.emit('SIGUSR2', 'SIGUSR2')
    expect(world.monitor.health().draining).toBe(true)
    while (process.listenerCount('SIGUSR2') > 1) await world.clock.advance('1s')
    process.off('SIGUSR2', own)
    expect(ends.length).toBe(1)
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })
})

describe('building', () => {
  test.each<[string, ShutdownOptions]>([
    ['gracefulShutdown.signals', { signals: 'SIGTERM' as never }],
    ['gracefulShutdown.signals[0]', { signals: ['SIGKILL'] }],
    ['gracefulShutdown.signals[1]', { signals: ['SIGINT', 'SIGNOPE' as never] }],
    ['gracefulShutdown.signals[0]', { signals: ['constructor' as never] }],
    ['gracefulShutdown.delay', { delay: '11m' }],
    ['gracefulShutdown.deadline', { deadline: 0 }],
    ['gracefulShutdown.close', { close: 'server' as never }],
    ['gracefulShutdown.onEnd', { onEnd: 1 as never }],
    ['gracefulShutdown.exit', { exit: 256 }],
  ])('refuses a bad %s, and adds no listener', (field, options) => {
    const before = process.listenerCount('SIGTERM')
    const build = (): Shutdown => gracefulShutdown(rig().monitor, options)
    expect(build).toThrow(ConfigError)
    expect(build).toThrow(expect.objectContaining({ field }))
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })
})
