import { describe, expect, test } from 'vitest'
import { emptyHorizons, type Horizons, learnErrors, spread, spreadAt } from '../../src/math/horizons.js'
import { gaussian } from '../../src/math/random.js'
import { wait } from '../../src/math/waiting.js'

/** Errors of a forecast that says 0. */
function played(count: number, wave: (i: number) => number): Horizons {
  const horizons = emptyHorizons()
  for (let i = 0; i < count; i++) {
    learnErrors(horizons, wave(i), 10 * i)
    wait(horizons, () => 0)
  }
  return horizons
}

function sides(horizons: Horizons, ahead: number, sigmas: number): readonly [below: number, above: number] {
  expect(spreadAt(horizons, ahead, sigmas)).toBe(true)
  return [spread[0] as number, spread[1] as number]
}

describe('the spread of errors', () => {
  test('is not known before 8 of them', () => {
    expect(
      spreadAt(
        played(8, () => 1),
        10,
        1,
      ),
    ).toBe(false)
    expect(
      spreadAt(
        played(10, () => 1),
        10,
        1,
      ),
    ).toBe(true)
  })

  test('of errors 1 to 64 is what is exceeded as often as asked for', () => {
    // A permutation of 1 to 64, over and over.
    const [below, above] = sides(
      played(129, (i) => ((37 * i) % 64) + 1),
      10,
      1.2816,
    )
    expect(above).toBeCloseTo(65 * 0.9, 0)
    expect(-below).toBeCloseTo(65 * 0.1, 0)
  })

  test('what is rarer than one of them lies further out than any', () => {
    const horizons = played(200, (i) => gaussian(1, i))
    const [, three] = sides(horizons, 10, 3)
    const [, five] = sides(horizons, 10, 5)
    const most = Math.max(...Array.from({ length: 64 }, (_, i) => gaussian(1, 199 - i)))
    expect(three).toBeGreaterThan(most)
    expect(five).toBeGreaterThan(three)
  })

  test('a bias is in it: an error that is always 5 is foretold to be 5', () => {
    expect(
      sides(
        played(100, () => 5),
        10,
        3,
      ),
    ).toEqual([-5, 5])
  })

  test('between two rungs it lies between them', () => {
    const horizons = played(2_000, (i) => gaussian(1, i) * Math.sqrt(i % 7))
    const [one, between, four] = [10, 20, 40].map((ahead) => sides(horizons, ahead, 2)[1]) as [number, number, number]
    expect(between).toBeGreaterThanOrEqual(Math.min(one, four))
    expect(between).toBeLessThanOrEqual(Math.max(one, four))
  })
})
