import { expect, test } from 'vitest'
import type { Finding, Rating } from '../../src/model/index.js'
import { type AnomalyOptions, anomaly } from '../../src/watch/index.js'
import { DAY, FIXED, HOUR, MINUTE, Play, plain } from './play.js'

const watch = (options: AnomalyOptions = {}) =>
  new Play(anomaly({ detector: plain, ...(options.budget === undefined && FIXED), ...options }))

/** Rates the first finding so many times, as a watcher sees it. */
function rate(play: Play, rating: Rating, times = 1): Play {
  const finding = play.found[0] as Finding
  for (let i = 0; i < times; i++) play.watcher.feedback?.(play.state, rating, finding)
  return play
}

const deviation = (options: AnomalyOptions = {}) => watch(options).hold(0, HOUR).hold(6, MINUTE).hold(0, HOUR)

test('noise raises the threshold of the series by a quarter: the same deviation is told no more', () => {
  const play = rate(deviation(), 'noise')
  expect(play.state.threshold).toBe(6.25)
  expect(play.hold(6, HOUR).count).toBe(1)
  expect(play.hold(7, HOUR).count).toBe(2)
})

test('useful lowers it by a tenth', () => {
  const play = rate(deviation(), 'useful')
  expect(play.state.threshold).toBe(4.5)
  expect(play.hold(4.6, HOUR).count).toBe(2)
})

test('after a thousand verdicts of a kind the threshold is bounded, and one of the other kind moves it', () => {
  const play = rate(deviation(), 'noise', 1_000)
  expect(play.state.threshold).toBe(12.5)
  expect(rate(play, 'useful').state.threshold).toBe(11.25)
  expect(rate(play, 'useful', 1_000).state.threshold).toBe(3.75)
  expect(rate(play, 'noise').state.threshold).toBeGreaterThan(4.5)
})

test('no verdict brings the threshold below one sigma', () => {
  expect(rate(watch({ threshold: 1, minDuration: 0 }).hold(2, MINUTE), 'useful', 50).state.threshold).toBe(1)
})

test('closeBelow and critical move with it', () => {
  const play = rate(deviation({ closeBelow: 4, critical: 20 }), 'noise')
  play.hold(24, 2 * MINUTE).hold(4.5, 5 * MINUTE)
  expect(play.found.slice(-2).map(({ state, severity }) => `${state} ${severity}`)).toEqual([
    'open warning',
    'closed warning',
  ])
})

test('it moves a threshold that a budget set, and stays when the share changes', () => {
  const play = deviation({ budget: '1 per 7d' })
  const { threshold } = play.state
  expect(rate(play, 'noise').state.threshold).toBeCloseTo(1.25 * threshold, 10)
  const shared = new Play(anomaly({ detector: plain })).hold(0, HOUR).hold(6, MINUTE)
  shared.watcher.share?.(shared.state, 1e-9)
  const before = shared.state.threshold
  rate(shared, 'noise')
  shared.watcher.share?.(shared.state, 1e-8)
  shared.watcher.share?.(shared.state, 1e-9)
  expect(shared.state.threshold).toBeCloseTo(1.25 * before, 10)
})

test('it is half forgotten after 90 days of running, and never wholly at once by a jump of the clock', () => {
  const play = rate(deviation(), 'noise', 2)
  const { factor } = play.state
  play.wait(90 * DAY)
  expect(Math.log(play.state.factor) / Math.log(factor)).toBeCloseTo(0.5, 2)
  const jumped = rate(deviation(), 'noise', 2)
  jumped.watcher.tick(jumped.state, jumped.time + 50 * 365 * DAY, jumped.signal)
  expect(jumped.state.factor).toBeGreaterThan(0.99 * factor)
})

test('it ends at no change at all', () => {
  expect(rate(deviation(), 'useful').wait(900 * DAY).state).toMatchObject({ factor: 1, threshold: 5 })
}, 60_000)

test("a verdict on another watcher's finding changes nothing", () => {
  const play = deviation()
  play.watcher.feedback?.(play.state, 'noise', { ...(play.found[0] as Finding), watcher: 'unhealthy' })
  expect(play.state.threshold).toBe(5)
})
