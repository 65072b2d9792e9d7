import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DAY, Device, HOUR, MINUTE, World } from './device.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'offline-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a day with no network, four lives and a clock that is never right: all is decided here, all that was promised is delivered, nothing is falsely found', async () => {
  const world = new World()
  let device = new Device(world, dir)
  const lives = [device]
  await device.monitor.start()
  await world.pass(4 * DAY)
  const began = world.time
  const hour = (time: number): number => (time - began) / HOUR
  let numbers = 0
  let collected = world.time
  const each = async (): Promise<void> => {
    if (world.time < collected + 2 * MINUTE) return
    collected = world.time
    await device.collect(numbers)
    numbers += 100
  }
  const until = (h: number): Promise<void> => world.pass(began + h * HOUR - world.time, { each })
  const reboot = async (skew: number): Promise<void> => {
    await device.end()
    device = new Device(world, dir, { skew })
    lives.push(device)
    await device.monitor.start()
  }
  const fault = async (name: keyof World['fault'], by: number, from: number, to: number): Promise<void> => {
    await until(from)
    world.fault[name] = by
    await until(to)
    world.fault[name] = 0
  }
  world.isOnline = false
  await until(2)
  device.skew = HOUR
  await until(3)
  device.skew = 0
  await fault('queue.depth', 200, 4, 4.33)
  await until(6)
  await reboot(-world.clock.now())
  await until(8)
  device.skew = 0
  await until(9)
  world.isPumpWell = false
  await world.pass(5 * MINUTE, { step: 1_000 })
  await until(12)
  await reboot(DAY)
  await until(14)
  device.skew = 0
  await fault('motor.heat', 60, 15, 15.33)
  await until(18)
  await reboot(-HOUR)
  await until(23.75)
  world.fault['grid.load'] = 200
  await until(24)
  world.isOnline = true
  device.skew = 0
  const back = world.time
  while (device.metrics.status().waiting > 0 && world.time < back + HOUR) await world.pass(100)
  await device.end()

  // decided here, at the time
  const found = lives.flatMap(({ findings }) =>
    findings.map(({ signal, at }) => `${signal.name} ${hour(at).toFixed(1)}`),
  )
  expect(found).toEqual(['queue.depth 4.0', 'pi_uptime.check.status 9.0', 'motor.heat 15.0', 'grid.load 23.8'])
  expect(lives.flatMap(({ actions }) => actions.map(({ outcome }) => outcome))).toEqual(['started', 'helped'])
  const screened = world.screen.alerts.map(({ reason, incident }) => `${reason} ${incident.findings[0]?.signal.name}`)
  const [queue, pump, heat, grid] = ['queue.depth', 'pi_uptime.check.status', 'motor.heat', 'grid.load']
  const told = [queue, pump, heat].flatMap((name) => [`opened ${name}`, `resolved ${name}`])
  expect(screened).toEqual([...told, `opened ${grid}`])

  // delivered when it can be
  expect(device.metrics.status()).toMatchObject({ dropped: { limit: 0, memory: 0, age: 0, size: 0, unreadable: 0 } })
  expect(world.arrived.size).toBe(numbers)
  const [summary, open, ...more] = world.told.map(({ summary, at }) => ({ summary, at: (at - back) / 1_000 }))
  expect(summary?.summary).toMatch(
    /^3 incidents opened and resolved while nobody could be told: .*\(opened at least .* ago, over at least .* ago\)/,
  )
  expect(open?.summary).toMatch(/^1\d min .* late: critical in pump-station: grid\.load is /)
  expect(Math.max(summary?.at ?? Number.NaN, open?.at ?? Number.NaN)).toBeLessThan(60)
  expect(more).toEqual([])
}, 120_000)
