import { expect, test } from 'vitest'
import { gaussian, uniform } from '../../src/math/random.js'
import { thicket } from '../../src/math/thicket.js'

const SHAPE = { trees: 16, depth: 5, seed: 3 }

test('each tree gives one leaf of its own, the same for the same vector', () => {
  const { leaves, locate } = thicket(4, SHAPE)
  expect(leaves).toBe(16 * 32)
  for (let at = 0; at < 200; at++) {
    const y = Float64Array.from({ length: 4 }, (_, i) => 3 * gaussian(i, at))
    const [once, twice] = [new Uint16Array(16), new Uint16Array(16)]
    locate(y, once)
    thicket(4, SHAPE).locate(y, twice)
    expect(once).toEqual(twice)
    once.forEach((leaf, tree) => void expect(Math.floor(leaf / 32)).toBe(tree))
  }
})

test('leaves are those that asking every question by hand gives', () => {
  const coordinates = 3
  const { locate } = thicket(coordinates, SHAPE)
  const found = new Uint16Array(16)
  for (let at = 0; at < 200; at++) {
    const y = Float64Array.from({ length: coordinates }, (_, i) => 2 * gaussian(i + 7, at))
    locate(y, found)
    for (let tree = 0; tree < 16; tree++) {
      let node = 1
      for (let level = 0; level < 5; level++) {
        const asked = Math.floor(uniform(3, tree * 32 + node) * coordinates)
        const value = y[asked] as number
        const drawn = 0.5 + (0.5 * value) / (1 + Math.abs(value))
        node = 2 * node + (drawn >= uniform(4, tree * 32 + node) ? 1 : 0)
      }
      expect(found[tree]).toBe(tree * 32 + node - 32)
    }
  }
})

test('vectors that are alike share more leaves than vectors that are not', () => {
  const { locate } = thicket(6, SHAPE)
  const shared = (a: Float64Array, b: Float64Array): number => {
    const [one, other] = [new Uint16Array(16), new Uint16Array(16)]
    locate(a, one)
    locate(b, other)
    return one.filter((leaf, tree) => leaf === other[tree]).length
  }
  const here = new Float64Array(6).fill(0.2)
  expect(
    shared(
      here,
      here.map((value) => value + 0.01),
    ),
  ).toBeGreaterThan(12)
  expect(
    shared(
      here,
      here.map((value) => value - 4),
    ),
  ).toBeLessThan(4)
})
