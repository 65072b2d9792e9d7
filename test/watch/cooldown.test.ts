import { expect, test } from 'vitest'
import { type AnomalyOptions, anomaly } from '../../src/watch/index.js'
import { FIXED, HOUR, MINUTE, Play, plain, SECOND } from './play.js'

const watch = (options: AnomalyOptions = {}) => new Play(anomaly({ detector: plain, ...FIXED, ...options }))
/** Two minutes high and so long low, so many times. */
const flap = (play: Play, low: number, times: number) => {
  for (let i = 0; i < times; i++) play.hold(8, 2 * MINUTE).hold(0, low)
  return play
}

test('a signal that flaps within the cooldown is one finding, open again each time', () => {
  const play = flap(watch(), 4 * MINUTE, 3)
  expect(play.count).toBe(1)
  expect(play.turns).toEqual(['open', 'closed', 'open', 'closed', 'open', 'closed'])
})

test('the second time says that it is one, keeps the first opening and tells when this deviation began', () => {
  const [first, , second] = flap(watch(), 4 * MINUTE, 2).found
  expect(second).toMatchObject({ id: first?.id, openedAt: first?.openedAt, state: 'open' })
  expect(second?.since).toBe((first?.since ?? 0) + 6 * MINUTE)
  expect(second).not.toHaveProperty('closedAt')
  expect(second?.summary).toMatch(/^queue\.depth is 8 job again, expected -3 job to 3 job \(8 sigmas, for \d+ s now\)$/)
})

test('score and severity are those of the present time', () => {
  const play = watch()
    .hold(30, 2 * MINUTE)
    .hold(0, 4 * MINUTE)
    .hold(8, 2 * MINUTE)
  expect(play.found.at(0)).toMatchObject({ severity: 'critical', score: 30 })
  expect(play.found.at(-1)).toMatchObject({ severity: 'warning', score: 8, state: 'open' })
})

test('after the cooldown it is another finding', () => {
  expect(flap(watch(), 7 * MINUTE, 3).count).toBe(3)
  expect(flap(watch({ cooldown: '10m' }), 7 * MINUTE, 3).count).toBe(1)
})

test('the cooldown is counted from the latest close, so one that flaps all day is one finding', () => {
  expect(flap(watch(), 4 * MINUTE, 240).count).toBe(1)
})

test('without a cooldown each deviation is a finding', () => {
  expect(flap(watch({ cooldown: 0 }), 4 * MINUTE, 3).count).toBe(3)
  expect(flap(watch({ cooldown: 0, closeAfter: 0, minDuration: 0 }), 10 * SECOND, 3).count).toBe(3)
})

test('opening again takes minDuration too: a single odd value after a close opens nothing', () => {
  const play = watch()
    .hold(8, 2 * MINUTE)
    .hold(0, 2 * MINUTE)
    .values([9])
    .hold(0, HOUR)
  expect(play.turns).toEqual(['open', 'closed'])
})

test('a signal that comes back abnormal after it fell silent opens the same finding again', () => {
  const play = watch()
    .hold(8, MINUTE)
    .wait(17 * MINUTE)
    .hold(8, MINUTE)
  expect(play.turns).toEqual(['open', 'closed', 'open'])
  expect(play.count).toBe(1)
})

test('a cooldown goes on over a restart', () => {
  const play = flap(watch(), 2 * MINUTE, 1)
  const after = new Play(play.watcher, JSON.parse(JSON.stringify(play.state)))
  after.time = play.time
  expect(after.hold(8, MINUTE).found).toMatchObject([{ id: play.found[0]?.id, state: 'open' }])
})
