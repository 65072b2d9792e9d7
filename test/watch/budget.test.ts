import { expect, test } from 'vitest'
import { sigmasOf } from '../../src/math/normal.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { type AnomalyOptions, anomaly } from '../../src/watch/index.js'
import { DAY, HOUR, MINUTE, Play, plain, SECOND } from './play.js'

const watch = (options: AnomalyOptions) => new Play(anomaly({ detector: plain, ...options }))

/** Findings of so many series under one watcher, each of so many days of Gaussian noise that holds each value for a while. */
function findings(options: AnomalyOptions, series: number, days: number, every: number, hold = 1): number {
  const watcher = anomaly({ detector: plain, ...options })
  let count = 0
  for (let seed = 1; seed <= series; seed++) {
    const play = new Play(watcher)
    for (let i = 0; i < (days * DAY) / every; i++) play.values([gaussian(seed, Math.floor(i / hold))], every)
    count += play.count
  }
  return count
}

test('on calibrated noise there are as many false findings as the budget accepts', () => {
  const found = findings({ budget: '1 per 1d', minDuration: 0 }, 40, 10, 10 * SECOND)
  expect(found).toBeGreaterThan(400 * 0.75)
  expect(found).toBeLessThan(400 * 1.25)
}, 60_000)

test('so it is for signals that are observed once a second and once in ten minutes', () => {
  for (const [series, days, every] of [
    [10, 2, SECOND],
    [60, 20, 10 * MINUTE],
  ] as const) {
    const accepted = series * days * 2
    const found = findings({ budget: '2 per 1d', minDuration: 0 }, series, days, every)
    expect(found).toBeGreaterThan(accepted / 2)
    expect(found).toBeLessThan(accepted * 1.5)
  }
}, 60_000)

test('with minDuration, noise that lasts as long as that comes near the budget and noise that does not stays far below', () => {
  const lasting = findings({ budget: '1 per 1d' }, 40, 10, 10 * SECOND, 4)
  expect(lasting).toBeGreaterThan(400 / 2)
  expect(lasting).toBeLessThan(400 * 1.25)
  expect(findings({ budget: '1 per 1d' }, 20, 10, 10 * SECOND)).toBeLessThan(2)
}, 60_000)

test('the threshold is the Gaussian tail of the accepted rate in the interval between observations', () => {
  const play = watch({ budget: '1 per 7d', minDuration: 0 }).hold(0, HOUR)
  expect(play.state.interval).toBeCloseTo(10_000, -3)
  expect(play.state.threshold).toBeCloseTo(sigmasOf(10 / (7 * 86_400)), 1)
  const slower = watch({ budget: '1 per 7d', minDuration: '30s' }).hold(0, HOUR)
  expect(slower.state.threshold).toBe(sigmasOf(30 / (7 * 86_400)))
})

test('before the interval is known the threshold is too high rather than too low', () => {
  const { threshold } = watch({ budget: '1 per 7d', minDuration: 0 }).state
  const settled = watch({ budget: '1 per 7d', minDuration: 0 }).hold(0, DAY, MINUTE).state.threshold
  expect(threshold).toBeGreaterThan(settled)
})

test('a signal that is seen more often needs a higher threshold, and a week of silence does not lower it for long', () => {
  const play = watch({ budget: '1 per 7d', minDuration: 0 }).hold(0, HOUR, MINUTE)
  const rare = play.state.threshold
  play.hold(0, HOUR, SECOND)
  const often = play.state.threshold
  expect(often).toBeGreaterThan(rare + 0.5)
  play.wait(7 * DAY).hold(0, MINUTE, SECOND)
  expect(play.state.threshold).toBeGreaterThan(often - 0.4)
  play.hold(0, 5 * MINUTE, SECOND)
  expect(play.state.threshold).toBeCloseTo(often, 1)
})

test('irregular sampling gives the mean interval', () => {
  const play = watch({ budget: '1 per 7d', minDuration: 0 })
  for (let i = 0; i < 5_000; i++) play.values([0], 20 * SECOND * uniform(7, i))
  expect(play.state.interval).toBeGreaterThan(5_000)
  expect(play.state.interval).toBeLessThan(20_000)
})

test('closeBelow and critical follow the threshold, or stay where they were put', () => {
  const played = (options: AnomalyOptions) =>
    watch({ budget: '1 per 7d', ...options })
      .hold(0, HOUR)
      .hold(5, MINUTE)
      .hold(17, MINUTE)
      .hold(2.4, 10 * MINUTE)
  const loose = played({})
  expect(loose.state.threshold).toBeCloseTo(4.06, 2)
  expect(loose.found.map(({ state, severity }) => `${state} ${severity}`)).toEqual([
    'open warning',
    'open critical',
    'closed critical',
  ])
  const set = played({ closeBelow: 2, critical: 18 })
  expect(set.found.map(({ state, severity }) => `${state} ${severity}`)).toEqual(['open warning'])
})

test('a given threshold is no matter of budgets', () => {
  const fixed = watch({ threshold: 6 })
  expect(fixed.watcher.share?.(fixed.state, 1e-9)).toBe(0)
  expect(fixed.state.threshold).toBe(6)
})

test('a share of the monitor is taken where there is no budget of its own, and given back', () => {
  const play = watch({})
  const usual = play.state.threshold
  expect(play.watcher.share?.(play.state, 1e-12)).toBe(1e-12)
  play.hold(0, HOUR)
  expect(play.state.threshold).toBeCloseTo(sigmasOf(1e-12 * 30_000), 10)
  expect(play.watcher.share?.(play.state, 0)).toBe(0)
  expect(play.state.threshold).toBe(usual)
  const own = watch({ budget: '1 per 7d' })
  expect(own.watcher.share?.(own.state, 1e-12)).toBe(1 / (7 * DAY))
})

test('a threshold that was changed in the code counts after a restart, whatever the memory says', () => {
  const saved = JSON.stringify(watch({ threshold: 8 }).hold(0, HOUR).state)
  const restarted = (options: AnomalyOptions) => {
    const play = new Play(anomaly({ detector: plain, ...options }), JSON.parse(saved))
    return play.wait(2 * HOUR).state.threshold
  }
  expect(restarted({ threshold: 6 })).toBe(6)
  expect(restarted({})).toBe(watch({}).state.threshold)
  expect(restarted({ budget: '1 per 7d' })).toBe(sigmasOf(30 / (7 * 86_400)))
})
