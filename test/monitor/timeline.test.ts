import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Timeline } from '../../src/monitor/timeline.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'

const HOUR = 36e5

test('a jump forward moves the timeline along, and is told once', async () => {
  const clock = virtualClock({ start: 0 })
  const jumps: number[] = []
  const timeline = new Timeline(clock, 0, (ms) => jumps.push(ms))
  await clock.advance('10s')
  clock.jump(HOUR)
  expect(timeline.refresh()).toBe(HOUR + 10_000)
  expect(timeline.refresh()).toBe(HOUR + 10_000)
  expect(jumps).toEqual([HOUR])
})

test('after a jump back time goes on at half speed until the wall has caught up', async () => {
  const clock = virtualClock({ start: 10 * HOUR })
  const jumps: number[] = []
  const timeline = new Timeline(clock, 0, (ms) => jumps.push(ms))
  clock.jump(-HOUR)
  expect(timeline.refresh()).toBe(10 * HOUR)
  await clock.advance('1h')
  expect(timeline.refresh()).toBe(10.5 * HOUR)
  await clock.advance('1h')
  expect(timeline.refresh()).toBe(11 * HOUR)
  await clock.advance('1h')
  expect(timeline.refresh()).toBe(clock.now())
  expect(jumps).toEqual([-HOUR])
})

test('drift below a second is followed without a word', async () => {
  const clock = virtualClock()
  const jumps: number[] = []
  const timeline = new Timeline(clock, 0, (ms) => jumps.push(ms))
  for (let i = 0; i < 100; i++) {
    clock.jump(i % 2 ? 500 : -500)
    await clock.advance(10)
    timeline.refresh()
  }
  expect(jumps).toEqual([])
})

test('the clock is read at most once in the resolution', async () => {
  const clock = virtualClock({ start: 0 })
  const timeline = new Timeline(clock, 100, () => undefined)
  timeline.refresh()
  expect(timeline.stale).toBe(false)
  await clock.advance(99)
  expect(timeline.stale).toBe(false)
  await clock.advance(1)
  expect(timeline.stale).toBe(true)
  expect(timeline.refresh()).toBe(100)
})

test('whatever the wall does, time never goes back and never runs ahead of both clocks', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1e6), fc.integer({ min: -1e12, max: 1e12 })), { maxLength: 100 }), (steps) => {
      let wall = 1.7e12
      let elapsed = 0
      const clock = { now: () => wall, elapsed: () => elapsed, sleep: async () => undefined }
      const timeline = new Timeline(clock, 0, () => undefined)
      let before = timeline.refresh()
      let latestWall = wall
      for (const [passed, jump] of steps) {
        elapsed += passed
        wall += passed + jump
        latestWall = Math.max(latestWall, wall)
        const time = timeline.refresh()
        expect(time).toBeGreaterThanOrEqual(before)
        expect(time).toBeLessThanOrEqual(Math.max(latestWall, before + passed))
        before = time
      }
    }),
  )
})
