import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ForestOptions, type ForestState, forest } from '../../src/detect/index.js'
import { gaussian } from '../../src/math/random.js'
import type { GroupDetector } from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { DAY, HOUR, MINUTE, MONDAY } from './story.js'

type Vectors = (at: number) => readonly number[]

/** One group: each vector is scored, then learned, one a minute. */
class Group {
  readonly scores: number[] = []
  at = 0

  constructor(
    readonly vectors: Vectors,
    readonly detector: GroupDetector<ForestState> = forest(),
    public state: ForestState = detector.start(),
  ) {}

  until(end: number, vectors: Vectors = this.vectors): this {
    for (; this.at < end; this.at += MINUTE) this.feed(vectors(this.at))
    return this
  }

  feed(vector: readonly number[]): number {
    const values = Float64Array.from(vector)
    const score = this.detector.score(this.state, values, MONDAY + this.at)
    this.scores.push(score)
    this.detector.learn(this.state, values, MONDAY + this.at)
    return score
  }

  ask(vector: readonly number[]): number {
    return this.detector.score(this.state, Float64Array.from(vector), MONDAY + this.at)
  }

  blame(vector: readonly number[]): number[] {
    const shares = new Float64Array(vector.length)
    this.detector.blame(this.state, Float64Array.from(vector), MONDAY + this.at, shares)
    return [...shares]
  }
}

const noise = (n: number, at: number): number[] => Array.from({ length: n }, (_, i) => gaussian(i + 1, at))

/** Two that move together, with a little noise between them, and two that do not. */
const pair: Vectors = (at) => {
  const common = gaussian(50, at)
  const [a, b, c, d] = noise(4, at) as [number, number, number, number]
  return [100 + 10 * (common + 0.1 * a), 5 + common + 0.1 * b, 40 + 3 * c, 1_000 + 50 * d]
}

describe('a relation that breaks', () => {
  const group = new Group(pair).until(2 * DAY)

  test('is found where each signal alone is within two spreads of its level', () => {
    expect(group.ask([120, 7, 40, 1_000])).toBeLessThan(3.3)
    expect(group.ask([120, 3, 40, 1_000])).toBeGreaterThan(3.3)
  })

  test('is blamed on the two that belong together', () => {
    const [a, b, c, d] = group.blame([120, 3, 40, 1_000]) as [number, number, number, number]
    expect(a + b).toBeGreaterThan(0.95)
    expect(a + b + c + d).toBeCloseTo(1, 9)
  })

  test('is nothing where one of the two says nothing', () => {
    expect(group.ask([120, Number.NaN, 40, 1_000])).toBeLessThan(3.3)
  })
})

test('blame points at the one signal that is out', () => {
  const group = new Group((at) => noise(20, at)).until(DAY)
  const vector = noise(20, group.at)
  vector[13] = 15
  expect(group.ask(vector)).toBeGreaterThan(3.3)
  const shares = group.blame(vector)
  expect(shares.indexOf(Math.max(...shares))).toBe(13)
  expect(shares[13]).toBeGreaterThan(0.7)
})

test.each([
  ['Gaussian', (at: number) => noise(8, at)],
  ['heavy-tailed', (at: number) => noise(8, at).map((x) => Math.sinh(2 * x))],
  ['closely related', (at: number) => noise(8, at).map((x) => gaussian(99, at) + 0.2 * x)],
])('%s vectors exceed 2 and 3 sigmas about as often as a Gaussian does', (_, vectors) => {
  const { scores } = new Group(vectors).until(14 * DAY)
  const late = scores.slice(DAY / MINUTE)
  const share = (sigmas: number): number => late.filter((score) => score > sigmas).length / late.length
  expect(share(2) / 0.0455).toBeGreaterThan(0.75)
  expect(share(2) / 0.0455).toBeLessThan(1.33)
  expect(share(3) / 0.0027).toBeGreaterThan(0.5)
  expect(share(3) / 0.0027).toBeLessThan(2)
})

test('a shift is found, and becomes normal', () => {
  const group = new Group((at) => noise(5, at)).until(2 * DAY)
  const shifted: Vectors = (at) => noise(5, at).map((x, i) => (i < 2 ? x + 30 : x))
  const before = group.scores.length
  group.until(4 * DAY, shifted)
  expect(group.scores[before]).toBeGreaterThan(3.3)
  const last = group.scores.slice(-6 * 60)
  expect(last.filter((score) => score > 3.3).length).toBeLessThan(3)
})

test('one long event does not teach that events are usual: the next one is found as well', () => {
  const group = new Group((at) => noise(5, at)).until(3 * DAY)
  const out: Vectors = (at) => noise(5, at).map((x) => x * 12)
  const peak = (from: number): number => Math.max(...group.scores.slice(from))
  for (let event = 0; event < 3; event++) {
    const from = group.scores.length
    group.until(group.at + HOUR, out)
    expect(peak(from)).toBeGreaterThan(3.3)
    group.until(group.at + 6 * HOUR)
  }
})

test('a glitch of a million spreads does not make its signal blind', () => {
  const group = new Group((at) => noise(5, at)).until(7 * DAY)
  group.feed([1e6, ...noise(5, group.at).slice(1)])
  group.until(8 * DAY)
  expect(group.ask([20, 0, 0, 0, 0])).toBeGreaterThan(3.3)
  expect(group.blame([20, 0, 0, 0, 0])[0]).toBeGreaterThan(0.9)
})

test('a signal that was always the same, and moves, is found; how much it moves is then its scale', () => {
  const group = new Group((at) => [...noise(4, at), 3]).until(2 * DAY)
  expect(group.feed([...noise(4, group.at), 4])).toBeGreaterThan(3.3)
  group.until(3 * DAY, (at) => [...noise(4, at), at % (30 * MINUTE) === 0 ? 4 : 3])
  expect(group.ask([0, 0, 0, 0, 4])).toBeLessThan(3.3)
})

test('there is no opinion before the group is known', () => {
  const { scores } = new Group((at) => noise(3, at)).until(2 * HOUR)
  expect(scores.findIndex((score) => !Number.isNaN(score))).toBe(91)
})

test('a signal that joins and one that falls silent change nothing for the others', () => {
  const group = new Group((at) => noise(3, at)).until(DAY)
  group.until(2 * DAY, (at) => [...noise(3, at), 7 + gaussian(77, at)])
  group.until(3 * DAY, (at) => [Number.NaN, ...noise(3, at).slice(1), 7 + gaussian(77, at)])
  const late = group.scores.slice(-12 * 60)
  expect(late.filter((score) => score > 3.3).length).toBeLessThan(5)
  expect(group.ask([Number.NaN, 0, 0, 30])).toBeGreaterThan(3.3)
  expect(group.blame([Number.NaN, 0, 0, 30])[3]).toBeGreaterThan(0.9)
})

test('a slot that is forgotten takes another signal without a false alarm', () => {
  const group = new Group((at) => noise(4, at)).until(DAY)
  group.detector.forget?.(group.state, 2)
  const from = group.scores.length
  group.until(2 * DAY, (at) => noise(4, at).map((x, i) => (i === 2 ? 5_000 + 40 * x : x)))
  expect(group.scores.slice(from, from + 120).filter((score) => score > 3.3)).toHaveLength(0)
  expect(group.detector.expect?.(group.state, 2, 0)?.value).toBeGreaterThan(4_900)
})

test('a vector of which nothing is known or said has no score, and blames nobody', () => {
  const group = new Group((at) => noise(3, at)).until(DAY)
  const nothing = [Number.NaN, Number.NaN, Number.NaN]
  expect(group.ask(nothing)).toBeNaN()
  expect(group.blame(nothing)).toEqual([0, 0, 0])
  expect(group.feed(nothing)).toBeNaN()
  expect(group.ask([0, 0, 0])).toBeLessThan(3)
})

test('what is expected is a band about the level of the last minutes', () => {
  const group = new Group((at) => noise(2, at).map((x) => 50 + 2 * x)).until(DAY)
  const band = group.detector.expect?.(group.state, 1, 0)
  expect(band?.value).toBeGreaterThan(47)
  expect(band?.value).toBeLessThan(53)
  expect((band?.high ?? 0) - (band?.low ?? 0)).toBeGreaterThan(9)
  expect((band?.high ?? 0) - (band?.low ?? 0)).toBeLessThan(16)
  expect(group.detector.expect?.(group.state, 7, 0)).toBeUndefined()
})

describe('laws', () => {
  test('scoring, blaming and expecting change nothing', () => {
    const group = new Group(pair).until(6 * HOUR)
    const before = textOf(group.state, 2 ** 24)
    const vector = [1, Number.NaN, 1e9, -1e9]
    expect(group.ask(vector)).toBe(group.ask(vector))
    expect(group.blame(vector)).toEqual(group.blame(vector))
    group.detector.expect?.(group.state, 0, 0)
    expect(textOf(group.state, 2 ** 24)).toBe(before)
  })

  test('a memory that was saved and restored goes on as if nothing had happened', () => {
    const group = new Group(pair).until(DAY)
    const restored = new Group(pair, forest(), dataOf(textOf(group.state, 2 ** 24)) as ForestState)
    restored.at = group.at
    group.until(2 * DAY)
    restored.until(2 * DAY)
    expect(restored.scores).toEqual(group.scores.slice(-restored.scores.length))
  })

  test('two groups of one detector know nothing of each other', () => {
    const detector = forest()
    const [first, second] = [new Group(pair, detector), new Group((at) => noise(9, at), detector)]
    for (let at = 0; at < 6 * HOUR; at += MINUTE) {
      first.until(at)
      second.until(at)
    }
    expect(first.scores).toEqual(new Group(pair).until(6 * HOUR - MINUTE).scores)
  })

  test('any vectors at any times leave scores finite and the memory free of NaN', () => {
    const value = fc.oneof(
      fc.double({ noNaN: false }),
      fc.constantFrom(0, 1, -1, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, Number.NaN),
    )
    const step = fc.oneof(fc.constantFrom(0, 1_000, MINUTE, 300 * DAY), fc.integer({ min: 0, max: 1e15 }))
    const moment = fc.tuple(fc.array(value, { minLength: 1, maxLength: 6 }), step)
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 60 }), (moments) => {
        const group = new Group((at) => noise(4, at), forest({ warmup: 0 })).until(3 * HOUR)
        for (const [vector, gap] of moments) {
          group.at += gap
          const score = group.feed(vector)
          expect(Number.isNaN(score) || (score >= 0 && score < Infinity)).toBe(true)
          for (const share of group.blame(vector)) expect(share).toBeGreaterThanOrEqual(0)
        }
        expect(textOf(group.state, 2 ** 24)).not.toMatch(/NaN|Infinity/)
      }),
      { numRuns: 60 },
    )
  })

  test('memory stays bounded: 64 signals take less than 64 KB', () => {
    const group = new Group((at) => noise(64, at)).until(2 * HOUR)
    const size = (): number =>
      Object.values(group.state).reduce((sum, part) => sum + ((part as Float64Array).byteLength ?? 8), 0)
    const early = size()
    group.until(12 * HOUR)
    expect(size()).toBe(early)
    expect(early + group.state.sizes.steps.byteLength).toBeLessThan(65_536)
  })
})

test.each<[ForestOptions, string]>([
  [{ halfLife: 0 }, 'forest.halfLife'],
  [{ memory: '-1d' as never }, 'forest.memory'],
  [{ warmup: -1 }, 'forest.warmup'],
  [{ adapt: 0 }, 'forest.adapt'],
  [{ seed: 0.5 }, 'forest.seed'],
])('%o throws, naming %s', (options, field) => {
  expect(() => forest(options)).toThrow(field)
})
