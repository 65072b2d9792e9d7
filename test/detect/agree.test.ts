import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, ewma, robust, seasonal } from '../../src/detect/index.js'
import { ConfigError, type Detector } from '../../src/model/index.js'
import { add, constant, noise, pulse } from '../../src/testing/waves.js'
import { excess } from './calibration.js'
import { survives } from './hostile.js'
import { HOUR, MONDAY, Story } from './story.js'

/** Always of one opinion, about one band. */
const says = (score: number, low?: number, high = 0): Detector<null> => ({
  name: 'says@1',
  start: () => null,
  score: () => score,
  learn() {},
  expect: () => (low === undefined ? undefined : { value: (low + high) / 2, low, high }),
})

const ask = (k: number, scores: readonly number[]) => {
  const detector = agree(
    k,
    scores.map((score) => says(score)),
  )
  return detector.score(detector.start(), 0, MONDAY)
}
const bandOf = (k: number, bands: readonly (readonly [number, number])[]) => {
  const detector = agree(
    k,
    bands.map(([low, high]) => says(0, low, high)),
  )
  return detector.expect?.(detector.start(), MONDAY)
}

describe('the score', () => {
  test('is the k-th largest of the opinions, as sorting them gives', () => {
    const score = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Number.NaN), fc.constantFrom(0, 3))
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 16 }), fc.nat(), (scores, pick) => {
        const k = 1 + (pick % scores.length)
        const sorted = scores.filter((one) => !Number.isNaN(one)).sort((a, b) => b - a)
        expect(ask(k, scores)).toBe(sorted[k - 1] ?? Number.NaN)
      }),
    )
  })

  test('there is none while fewer than k have an opinion', () => {
    expect(ask(2, [9, Number.NaN, Number.NaN])).toBeNaN()
    expect(ask(2, [9, Number.NaN, 4])).toBe(4)
  })

  test('the order of the parts does not matter', () => {
    const scores = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(scores, (list) => {
        expect(ask(2, list)).toBe(ask(2, list.slice().reverse()))
      }),
    )
  })

  test('a part may be an agreement itself', () => {
    const inner = () => agree(1, [says(7), says(1)])
    const detector = agree(2, [says(9), inner(), says(2), inner()])
    expect(detector.score(detector.start(), 0, MONDAY)).toBe(7)
  })
})

describe('the band', () => {
  test('its edges are where k parts begin to see more than 3 sigmas', () => {
    const bands = [
      [0, 10],
      [2, 20],
      [4, 30],
    ] as const
    expect(bandOf(1, bands)).toMatchObject({ low: 4, high: 10 })
    expect(bandOf(2, bands)).toMatchObject({ low: 2, high: 20 })
    expect(bandOf(3, bands)).toMatchObject({ low: 0, high: 30 })
  })

  test('inside it fewer than k parts score above 3, outside at least k', () => {
    const detector = agree(2, [ewma(), robust(), ewma({ halfLife: '1h' })])
    const story = new Story(detector, add(constant(100), noise(5, 1))).until(6 * HOUR)
    const band = detector.expect?.(story.state, MONDAY + story.at)
    expect(story.ask(band?.high as number)).toBeCloseTo(3, 9)
    expect(story.ask(band?.low as number)).toBeCloseTo(3, 9)
  })

  test('bands that do not meet still give one in order', () => {
    const band = bandOf(1, [
      [0, 1],
      [10, 11],
    ])
    expect(band && band.low <= band.value && band.value <= band.high).toBe(true)
  })

  test('there is none while fewer than k parts have one', () => {
    const detector = agree(2, [says(1, 0, 1), says(1)])
    expect(detector.expect?.(detector.start(), MONDAY)).toBeUndefined()
  })
})

describe('on signals', () => {
  const parts = () => [ewma(), robust(), seasonal()]
  const wave = add(constant(100), noise(5, 1), pulse(200, '6h', '6.1h'))

  test('each part remembers as if it were alone', () => {
    const story = new Story(agree(2, parts()), wave).until(7 * HOUR)
    const alone = parts().map((part) => new Story(part as Detector, wave).until(7 * HOUR).state)
    expect(story.state).toEqual(alone)
  })

  test('two of three see an incident, and exceed 3 on noise no more often than one does', () => {
    expect(new Story(agree(2, parts()), wave).until(7 * HOUR).worst(6 * HOUR, 6.1 * HOUR)).toBeGreaterThan(20)
    const one = excess(agree(1, parts()), 3)
    const two = excess(agree(2, parts()), 3)
    const all = excess(agree(3, parts()), 3)
    expect(two).toBeLessThan(one)
    expect(all).toBeLessThan(two)
    expect(two).toBeGreaterThan(0.4)
    expect(two).toBeLessThan(2.5)
  })

  test('whatever comes, scores stay in range and the memory finite', () => {
    survives(agree(2, parts()))
  })
})

test('its name tells k and the parts, so that no memory is loaded under another', () => {
  expect(agree(2, [ewma(), robust()]).name).toBe('agree@1:2(ewma@1,robust@1)')
})

test('nonsense throws a ConfigError that names it', () => {
  expect(() => agree(0, [ewma()])).toThrow(ConfigError)
  expect(() => agree(2, [ewma()])).toThrow('agree.k')
  expect(() => agree(1, [])).toThrow('agree.detectors')
  expect(() => agree(1, Array(17).fill(ewma()))).toThrow('agree.detectors')
  expect(() => agree(1, [ewma(), {} as never])).toThrow('agree.detectors[1].name')
  expect(() => agree(1, [{ ...ewma(), score: 5 } as never])).toThrow('agree.detectors[0].score')
})
