import { describe, expect, test } from 'vitest'
import { gaussian, uniform } from '../../src/math/random.js'
import { emptyRelation, learnPair, lineOf, type Relation } from '../../src/math/relation.js'
import type { Line } from '../../src/math/theil-sen.js'

function learned(count: number, x: (i: number) => number, y: (x: number, i: number) => number): Relation {
  const relation = emptyRelation()
  for (let i = 0; i < count; i++) learnPair(relation, x(i), y(x(i), i))
  return relation
}

function lineThrough(relation: Relation): Line | undefined {
  const line: Line = { centre: 0, value: 0, slope: 0, doubt: 0, noise: 0 }
  return lineOf(relation, line) ? line : undefined
}

const anywhere = (i: number): number => 1_000 * uniform(3, i)

describe('a relation', () => {
  test('is a line where it is one, through noise', () => {
    const line = lineThrough(learned(2_000, anywhere, (x, i) => 0.1 + 0.0005 * x + 0.05 * gaussian(1, i))) as Line
    expect(line.slope).toBeGreaterThan(0.00045)
    expect(line.slope).toBeLessThan(0.00055)
    expect(Math.abs(line.value + line.slope * (800 - line.centre) - 0.5)).toBeLessThan(0.03)
  })

  test('whatever order and size loads come in, the bins hold the same means', () => {
    const rising = learned(
      500,
      (i) => i + 1,
      (x) => 2 * x,
    )
    const line = lineThrough(rising) as Line
    expect(line.slope).toBeCloseTo(2, 6)
    expect(rising.counts.reduce((sum, one) => sum + one, 0)).toBe(500)
  })

  test('that bends up is followed where it is going', () => {
    const line = lineThrough(learned(4_000, anywhere, (x) => 0.0002 * x + (x > 500 ? 0.001 * (x - 500) : 0))) as Line
    expect(line.slope).toBeGreaterThan(0.0011)
  })

  test('is none over too narrow a range, nor of too few loads', () => {
    expect(
      lineThrough(
        learned(
          2_000,
          (i) => 900 + 100 * uniform(3, i),
          (x) => x,
        ),
      ),
    ).toBeUndefined()
    expect(
      lineThrough(
        learned(
          2_000,
          (i) => (i % 2) * 1_000,
          (x) => x,
        ),
      ),
    ).toBeUndefined()
    expect(lineThrough(emptyRelation())).toBeUndefined()
  })

  test('that has changed is learned anew', () => {
    const relation = learned(40_000, anywhere, (x, i) => (i < 20_000 ? x : 3 * x))
    expect((lineThrough(relation) as Line).slope).toBeGreaterThan(2.8)
  })
})
