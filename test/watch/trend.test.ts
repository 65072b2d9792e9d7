import { describe, expect, test } from 'vitest'
import { holtWinters } from '../../src/forecast/index.js'
import { gaussian, uniform } from '../../src/math/random.js'
import { ConfigError, type Finding, type Forecaster, type Signal } from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { add, constant, noise, seasonal, type Wave } from '../../src/testing/waves.js'
import { type TrendOptions, type TrendState, trend } from '../../src/watch/index.js'
import { DAY, HOUR, MINUTE, START } from './play.js'

const SIGNAL: Signal = { name: 'disk.utilization', unit: '1', attributes: {} }
const USUAL: TrendOptions = { signal: SIGNAL.name, limit: 0.95, within: '1d' }

/** What one signal's life makes of `trend()`: a value a minute, and a tick. */
class Filling {
  readonly told: Finding[] = []
  at = 0

  constructor(
    private readonly wave: Wave,
    options: Partial<TrendOptions> = {},
    readonly watcher = trend({ ...USUAL, ...options }),
    public state: TrendState = watcher.start(),
  ) {}

  until(end: number, every = MINUTE): this {
    for (; this.at < end; this.at += every) {
      const time = START + this.at
      this.told.push(...this.watcher.push(this.state, this.wave(this.at), time, SIGNAL))
      this.told.push(...this.watcher.tick(this.state, time, SIGNAL))
    }
    return this
  }

  get turns(): readonly string[] {
    return this.told.map(({ state }) => state)
  }

  /** The first that was told: when, and the crossing, in hours. */
  get first(): { readonly at: number; readonly crossing: number } {
    const { openedAt, exhaustion } = this.told[0] as Finding
    return { at: (openedAt - START) / HOUR, crossing: ((exhaustion?.at as number) - START) / HOUR }
  }
}

const ramp =
  (from: number, perDay: number, spread = 0, seed = 1): Wave =>
  (at) =>
    from + (perDay * at) / DAY + spread * gaussian(seed, at)

/** Fills to a height that varies by a share, and is emptied. */
const saw =
  (period: number, top: number, varies: number): Wave =>
  (at) => {
    const tooth = Math.floor(at / period)
    const height = top * (1 - varies * uniform(5, tooth))
    return 0.3 + ((height - 0.3) * (at - tooth * period)) / period + 0.005 * gaussian(6, at)
  }

describe('trend()', () => {
  test.each([
    ['without noise', 0, 1],
    ['with noise of a twentieth of a day’s rise', 0.008, 2],
    ['with noise of a sixth of a day’s rise', 0.025, 5],
  ])('a disk that fills in four days is told a day ahead, %s, within some hours', (_, spread, off) => {
    const { first } = new Filling(ramp(0.3, 0.1625, spread)).until(95 * HOUR)
    expect(first.at).toBeLessThan(82)
    expect(first.at).toBeGreaterThanOrEqual(71)
    expect(Math.abs(first.crossing - 96)).toBeLessThan(off)
  })

  test.each([1, 2, 3, 4, 5, 6])(
    'at half the time that is left the crossing is told within a fifth of it, run %i',
    (seed) => {
      const life = new Filling(ramp(0.3, 0.065, 0.01, seed), { within: '10d', confidence: 0.6, warmup: 0 }).until(
        5 * DAY,
      )
      const { exhaustion, updatedAt } = life.told.at(-1) as Finding
      expect(updatedAt).toBeLessThanOrEqual(START + 5 * DAY)
      expect(Math.abs((exhaustion?.at as number) - START - 10 * DAY) / (5 * DAY)).toBeLessThan(0.2)
    },
  )

  test('the band holds the crossing, and the finding says all of it in one sentence', () => {
    const life = new Filling(ramp(0.3, 0.1625, 0.008)).until(80 * HOUR)
    const { exhaustion, summary, severity, watcher, statistic } = life.told[0] as Finding
    expect(exhaustion?.low).toBeLessThan(START + 96 * HOUR)
    expect(exhaustion?.high).toBeGreaterThan(START + 96 * HOUR)
    expect({ severity, watcher, statistic }).toEqual({
      severity: 'warning',
      watcher: 'trend',
      statistic: 'the line of its present rise',
    })
    expect(summary).toMatch(
      /^disk\.utilization is 0\.\d+ and will reach its limit of 0\.95 in 2\d h[^,]*, by the line of its present rise, from [\d :-]* UTC to 2024-01-0\d \d\d:\d\d UTC with 90 % on either side$/,
    )
  })

  test('turns critical at a quarter of the time, and says when the limit is reached', () => {
    const life = new Filling(ramp(0.3, 0.1625)).until(97 * HOUR)
    expect(life.told.map(({ severity }) => severity)).toEqual(['warning', 'critical'])
    const sudden = new Filling((at) => (at < 2 * DAY ? 0.3 : 0.99)).until(2 * DAY + 15 * MINUTE)
    expect(sudden.told.at(-1)?.summary).toBe('disk.utilization has reached its limit of 0.95: it is 0.99')
    expect(sudden.told.at(-1)?.severity).toBe('critical')
  })

  test('a leak that begins after quiet days is told as soon as it has lasted as long as it would take', () => {
    const life = new Filling(
      (at) => 0.45 + (at > 3 * DAY ? (0.5 * (at - 3 * DAY)) / (3 * HOUR) : 0) + 0.01 * gaussian(2, at),
    )
    const { first } = life.until(3 * DAY + 3 * HOUR)
    expect(first.at).toBeLessThan(73.6)
    expect(Math.abs(first.crossing - 75)).toBeLessThan(0.5)
  })

  test('a leak that stops is told to have, within some hours', () => {
    const life = new Filling((at) => 0.25 + Math.min(0.5, (0.25 * at) / DAY) + 0.01 * gaussian(3, at)).until(54 * HOUR)
    expect(life.turns.at(-1)).toBe('closed')
    expect(life.told.at(-1)?.summary).toMatch(
      /^disk\.utilization, now 0\.7\d+, is no longer about to reach its limit of 0\.95$/,
    )
  })

  test.each([
    ['5 minutes', 5 * MINUTE],
    ['20 minutes', 20 * MINUTE],
    ['an hour', HOUR],
    ['6 hours', 6 * HOUR],
    ['a day', DAY],
  ])('a week of what fills and is emptied every %s cries no wolf, be it even or not', (_, period) => {
    for (const [top, varies] of [
      [0.85, 0],
      [0.85, 0.3],
      [0.93, 0.45],
    ] as const) {
      expect(new Filling(saw(period, top, varies)).until(7 * DAY).turns, `${top} ${varies}`).toEqual([])
    }
  })

  test.each<[string, Wave]>([
    ['a daily rhythm that comes near the limit', add(constant(0.5), seasonal({ amplitude: 0.35 }), noise(0.01, 4))],
    ['noise close to the limit', add(constant(0.8), noise(0.03, 6))],
    ['steps up, one every two days', (at) => 0.3 + 0.1 * Math.floor(at / (2 * DAY)) + 0.005 * gaussian(3, at)],
    ['a constant', constant(0.949)],
  ])('%s is no trend', (_, wave) => {
    expect(new Filling(wave).until(7 * DAY).turns).toEqual([])
  })

  test('a heap that is collected every half hour, and leaks, is told many hours ahead', () => {
    const heap: Wave = (at) =>
      0.2 + (0.7 * at) / (3 * DAY) + (0.1 * (at % (30 * MINUTE))) / (30 * MINUTE) + 0.005 * gaussian(8, at)
    const life = new Filling(heap, { limit: 1 }).until(70 * HOUR)
    expect(life.first.at).toBeLessThan(64)
    expect(Math.abs(life.first.crossing - 72)).toBeLessThan(3)
    expect(life.told[0]?.statistic).toBe('the course of its rises and falls')
  })

  test('a battery runs down to a limit below', () => {
    const life = new Filling((at) => 0.9 - (0.4 * at) / DAY + 0.005 * gaussian(3, at), { limit: { below: 0.1 } }).until(
      46 * HOUR,
    )
    expect(life.first.at).toBeLessThan(34)
    expect(Math.abs(life.first.crossing - 48)).toBeLessThan(2)
    expect(life.told[0]?.summary).toContain('will reach its limit of 0.1')
  })

  test('on the first day nothing is told of a rise that may fall again, but what is near at hand', () => {
    expect(new Filling(ramp(0.3, 0.65)).until(22 * HOUR).turns).toEqual([])
    expect(new Filling(ramp(0.3, 0.65)).until(24 * HOUR).turns).toEqual(['open'])
    expect(new Filling(ramp(0.3, 0.65), { warmup: 0 }).until(12 * HOUR).turns[0]).toBe('open')
  })

  test('what moved is told again, and hardly ever more', () => {
    // A rate that doubles: the crossing comes nearer.
    const wave: Wave = (at) => 0.3 + (0.1 * Math.min(at, 4 * DAY)) / DAY + (0.2 * Math.max(0, at - 4 * DAY)) / DAY
    const life = new Filling(wave, { within: '4d' }).until(5.2 * DAY)
    const crossings = life.told.map(({ exhaustion }) => ((exhaustion?.at as number) - START) / DAY)
    expect(crossings[0]).toBeCloseTo(6.5, 1)
    expect(crossings.at(-1)).toBeCloseTo(5.25, 1)
    expect(crossings.length).toBeLessThan(8)
  })

  test('a forecaster of yours is believed as it stands', () => {
    const soon: Forecaster<null> = {
      name: 'soon@1',
      start: () => null,
      learn() {},
      forecast: (_, __, ahead) => ({ value: ahead / DAY, low: ahead / DAY - 0.03, high: ahead / DAY + 0.03 }),
    }
    const life = new Filling(constant(0.5), { forecaster: soon, within: '2d', warmup: 0 }).until(HOUR)
    expect(life.first.crossing).toBeCloseTo(0.95 * 24, 0)
    expect(life.told[0]).not.toHaveProperty('statistic')
  })

  test('under holtWinters() a rhythm that will pass the limit today is told in the morning', () => {
    const wave = add((at: number) => 0.5 + (0.06 * at) / DAY, seasonal({ amplitude: 0.2 }), noise(0.005, 4))
    const life = new Filling(wave, { forecaster: holtWinters(), within: '8h', confidence: 0.6 }).until(6 * DAY)
    const over = Array.from({ length: 6 * 1440 }, (_, i) => i * MINUTE).find((at) => wave(at) >= 0.95) as number
    expect(life.first.at).toBeLessThan(over / HOUR)
    expect(life.first.at).toBeGreaterThan(over / HOUR - 10)
  })

  test('a signal that falls silent is no trend any more', () => {
    const life = new Filling(ramp(0.3, 0.1625)).until(80 * HOUR)
    const told: Finding[] = []
    for (let minute = 0; minute < 30; minute++)
      told.push(...life.watcher.tick(life.state, START + life.at + minute * MINUTE, SIGNAL))
    expect(told.map(({ state }) => state)).toEqual(['closed'])
    expect(told[0]?.summary).toMatch(/^disk\.utilization has not been heard of for 1[56] min/)
  })

  test('its memory survives JSON: restored it tells the same', () => {
    const life = new Filling(ramp(0.3, 0.1625, 0.008)).until(3 * DAY)
    const other = new Filling(
      ramp(0.3, 0.1625, 0.008),
      {},
      life.watcher,
      dataOf(textOf(life.state, 2 ** 20)) as TrendState,
    )
    other.at = life.at
    expect(other.until(92 * HOUR).told).toEqual(life.until(92 * HOUR).told.slice(-other.told.length))
    expect(other.told.length).toBeGreaterThan(0)
  })

  test.each([
    [{ limit: Number.NaN }, 'trend.limit must be a number'],
    [{ limit: { above: 1, below: 2 } }, 'trend.limit must be a number, { above } or { below }'],
    [{ limit: { below: '1' } }, 'trend.limit.below must be a number'],
    [{ limit: 1, within: '10s' }, 'trend.within'],
    [{ limit: 1, confidence: 1 }, 'trend.confidence must be a number from 0.6 to 0.999, got 1'],
    [{ limit: 1, forecaster: {} }, 'trend.forecaster.name must be a name with a version'],
    [{ limit: 1, budget: 1 }, 'trend.budget must be left out'],
    [{ limit: 1, signal: 5 }, 'trend.signal'],
  ])('%o is refused', (options, message) => {
    const wrong = { signal: 'x', ...options } as unknown as TrendOptions
    expect(() => trend(wrong)).toThrow(ConfigError)
    expect(() => trend(wrong)).toThrow(message)
  })
})
