import { expect, test } from 'vitest'
import { ConfigError, type Detector, NONE } from '../../src/model/index.js'
import { type AnomalyOptions, anomaly } from '../../src/watch/index.js'
import { FIXED, HOUR, MINUTE, Play, plain, SECOND, SIGNAL, START } from './play.js'

const watch = (options: AnomalyOptions = {}) => new Play(anomaly({ detector: plain, ...FIXED, ...options }))

test('an hour of deviation is one finding, opened after minDuration and closed after closeAfter', () => {
  const play = watch().hold(0, HOUR).hold(8, HOUR).hold(0, HOUR)
  expect(play.found).toMatchObject([
    { state: 'open', since: START + HOUR, severity: 'warning', score: 8, value: 8 },
    { state: 'closed', since: START + HOUR, closedAt: START + 2 * HOUR + MINUTE },
  ])
  expect(play.count).toBe(1)
})

test('the delay is minDuration, give or take one interval between observations', () => {
  for (const [minDuration, every] of [
    [0, 10],
    [30, 10],
    [30, 25],
    [300, 60],
    [900, 60],
  ] as const) {
    const play = watch({ minDuration: minDuration * SECOND }).hold(0, HOUR, every * SECOND)
    const onset = play.time
    play.hold(9, HOUR, every * SECOND)
    const delay = ((play.found[0]?.openedAt ?? 0) - onset) / SECOND
    expect(Math.abs(delay - minDuration)).toBeLessThanOrEqual(minDuration > 0 ? every : 0)
  }
})

test('single odd values open nothing, however many, unless minDuration is 0', () => {
  const spikes = Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? 9 : 0))
  expect(watch().values(spikes).found).toEqual([])
  expect(watch({ minDuration: 0 }).values([0, 9, 0]).count).toBe(1)
})

test('values between closeBelow and threshold neither open nor close', () => {
  expect(watch().hold(4.9, HOUR).found).toEqual([])
  const play = watch()
    .hold(8, MINUTE)
    .hold(3.1, HOUR)
    .hold(2.9, 50 * SECOND)
  expect(play.turns).toEqual(['open'])
  expect(play.hold(2.9, 30 * SECOND).turns).toEqual(['open', 'closed'])
})

test('a finding that reaches critical says so once, and stays critical', () => {
  const play = watch().hold(8, MINUTE).hold(25, MINUTE).hold(8, MINUTE).hold(30, MINUTE)
  expect(play.found.map(({ severity }) => severity)).toEqual(['warning', 'critical'])
})

test('a signal that falls silent closes its finding', () => {
  const play = watch().hold(8, MINUTE).wait(HOUR)
  expect(play.turns).toEqual(['open', 'closed'])
  expect(play.found[1]?.summary).toBe('queue.depth has not been heard of for 15 min 10 s')
})

test('only the direction that was asked for counts', () => {
  expect(watch({ direction: 'above' }).hold(-8, HOUR).found).toEqual([])
  expect(watch({ direction: 'below' }).hold(-8, HOUR).count).toBe(1)
})

test('a detector that explains is quoted: value, band, score, statistic and since when in one sentence', () => {
  const asked: number[] = []
  const detector: Detector<null> = {
    ...plain,
    explain: (_, value) => (asked.push(value) > 0 && value > 20 ? 'its spread' : 'its level'),
  }
  const play = watch({ detector }).hold(0, HOUR)
  expect(asked).toEqual([])
  play
    .hold(8, MINUTE)
    .hold(25, MINUTE)
    .hold(0, 2 * MINUTE)
  expect(play.found.map(({ summary }) => summary)).toEqual([
    expect.stringMatching(/^queue\.depth is 8 job, expected -3 job to 3 job \(8 sigmas by its level, for \d+ s now\)$/),
    expect.stringMatching(
      /^queue\.depth is 25 job, expected -3 job to 3 job \(25 sigmas by its spread, for 1 min now\)$/,
    ),
    'queue.depth is back to normal at 0 job',
  ])
  expect(play.found.map(({ statistic }) => statistic)).toEqual(['its level', 'its spread', 'its spread'])
})

test('a detector that does not explain leaves the sentence as it was', () => {
  const [opened] = watch().hold(8, MINUTE).found
  expect(opened?.summary).toMatch(/^queue\.depth is 8 job, expected -3 job to 3 job \(8 sigmas, for \d+ s now\)$/)
  expect(opened).not.toHaveProperty('statistic')
})

test('an explanation that is no text, or too much of it, does no harm', () => {
  const explaining = (words: unknown) =>
    watch({ detector: { ...plain, explain: () => words as string } }).hold(8, MINUTE).found[0]
  for (const words of ['', 7, null, {}]) expect(explaining(words)).not.toHaveProperty('statistic')
  expect(explaining('x'.repeat(1_000))?.statistic).toHaveLength(100)
})

test('a quiet signal is answered with NONE, and its memory keeps its shape through a deviation', () => {
  const watcher = anomaly({ detector: plain, minDuration: 0, closeAfter: 0 })
  const state = watcher.start()
  const shape = Object.keys(state)
  for (let i = 0; i < 100; i++) expect(watcher.push(state, 1, START + i, SIGNAL)).toBe(NONE)
  new Play(watcher, state).hold(9, MINUTE).hold(0, MINUTE)
  expect(Object.keys(state)).toEqual(shape)
})

test('its memory survives JSON in the middle of a deviation', () => {
  const play = watch().hold(0, HOUR).hold(8, MINUTE)
  const again = new Play(play.watcher, JSON.parse(JSON.stringify(play.state)))
  expect(again.state).toEqual(play.state)
  again.time = play.time
  again.hold(0, 2 * MINUTE)
  expect(again.found).toMatchObject([{ id: play.found[0]?.id, state: 'closed' }])
})

test.each<[string, AnomalyOptions]>([
  ['anomaly.threshold', { threshold: 0.9 }],
  ['anomaly.threshold', { threshold: 1_001 }],
  ['anomaly.budget', { budget: 'often' as never }],
  ['anomaly.budget', { budget: '1 per 7d', threshold: 5 }],
  ['anomaly.closeBelow', { closeBelow: 5.1, threshold: 5 }],
  ['anomaly.closeBelow', { closeBelow: Number.NaN }],
  ['anomaly.closeBelow', { closeBelow: -1, budget: '1 per 7d' }],
  ['anomaly.critical', { critical: 4.9, threshold: 5 }],
  ['anomaly.critical', { critical: 0.9, budget: '1 per 7d' }],
  ['anomaly.minDuration', { minDuration: -1 }],
  ['anomaly.cooldown', { cooldown: -1 }],
  ['anomaly.cooldown', { cooldown: '4000d' }],
  ['anomaly.direction', { direction: 'up' as never }],
  ['anomaly.name', { name: '' }],
])('%s out of range is refused: %o', (field, options) => {
  const building = () => anomaly(options)
  expect(building).toThrow(ConfigError)
  expect(building).toThrow(field)
})
