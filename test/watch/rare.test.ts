import { expect, test } from 'vitest'
import { type AnomalyOptions, anomaly } from '../../src/watch/index.js'
import { DAY, FIXED, HOUR, MINUTE, Play, plain, SECOND, START } from './play.js'

const watch = (options: AnomalyOptions = {}) => new Play(anomaly({ detector: plain, ...FIXED, ...options }))

test('of a signal that is observed once an hour, one abnormal value opens a finding, and silence of an hour does not close it', () => {
  const play = watch()
    .hold(0, DAY, HOUR)
    .hold(9, 3 * HOUR, HOUR)
  expect(play.turns).toEqual(['open'])
  expect(play.found[0]?.openedAt).toBe(START + DAY)
  expect(play.hold(0, 3 * HOUR, HOUR).turns).toEqual(['open', 'closed'])
  expect(play.found[1]?.summary).toMatch(/back to normal/)
})

test('a gap in a frequent signal makes no value stand for longer: the first after it opens nothing', () => {
  const play = watch().hold(0, HOUR).wait(HOUR).values([9]).hold(0, HOUR)
  expect(play.found).toEqual([])
})

test('a burst of abnormal values at one time opens nothing', () => {
  expect(watch().hold(0, HOUR).values(new Array(50).fill(9), 0).hold(0, HOUR).found).toEqual([])
})

test('of a signal that is observed every minute each value opens a finding, every ten seconds the third in a row does', () => {
  expect(watch().hold(0, HOUR, MINUTE).values([9], MINUTE).count).toBe(1)
  const often = watch().hold(0, HOUR)
  expect(often.values([9, 9]).count).toBe(0)
  expect(often.values([9]).count).toBe(1)
  expect(often.found[0]?.openedAt).toBe(START + HOUR + 20 * SECOND)
})

test('a rare signal that flaps within four of its intervals is one finding', () => {
  const flaps = [...new Array(20).fill(0), 9, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9]
  expect(watch().values(flaps, HOUR).count).toBe(2)
})
