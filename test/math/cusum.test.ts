import { expect, test } from 'vitest'
import { accumulate, clear, emptyCusum, evidence, learnEcho } from '../../src/math/cusum.js'
import { gaussian } from '../../src/math/random.js'

test('it is the textbook sum: up and down, never below 0', () => {
  const cusum = emptyCusum()
  const seen: number[][] = []
  for (const z of [1, 2, -1, 0, -3, 5]) {
    accumulate(cusum, z, 1, 1, 0.5)
    seen.push([cusum.up, cusum.down])
  }
  expect(seen).toEqual([
    [0.5, 0],
    [2, 0],
    [0.5, 0.5],
    [0, 0],
    [0, 2.5],
    [4.5, 0],
  ])
  clear(cusum)
  expect([cusum.up, cusum.down]).toEqual([0, 0])
})

test('what evidence says of a number is what accumulating it makes of it', () => {
  const cusum = emptyCusum()
  for (let i = 0; i < 500; i++) {
    const z = gaussian(1, i) + (i > 300 ? 0.5 : 0)
    const told = evidence(cusum, z, 0.99, 0.7, 0.5)
    accumulate(cusum, z, 0.99, 0.7, 0.5)
    expect(told).toBeCloseTo(Math.max(cusum.up, cusum.down), 12)
  }
})

test('on independent normal numbers a sum above S is as rare as e^(−0.583 − S)', () => {
  const cusum = emptyCusum()
  const rows = 400_000
  let [over3, over5] = [0, 0]
  for (let i = 0; i < rows; i++) {
    accumulate(cusum, gaussian(2, i), 1, 1, 0.5)
    if (cusum.up > 3) over3++
    if (cusum.up > 5) over5++
  }
  expect(over3 / rows / Math.exp(-3.583)).toBeCloseTo(1, 0)
  expect(over5 / rows / Math.exp(-5.583)).toBeGreaterThan(0.6)
  expect(over5 / rows / Math.exp(-5.583)).toBeLessThan(1.5)
})

test('numbers that resemble those before them are weighed down by (1 + r) / (1 − r)', () => {
  for (const r of [0, 0.5, 0.9]) {
    const cusum = emptyCusum()
    let z = 0
    for (let i = 0; i < 50_000; i++) {
      z = r * z + Math.sqrt(1 - r * r) * gaussian(3, i)
      learnEcho(cusum, z, 1 / Math.min(i + 1, 5_000))
    }
    expect(cusum.inflation / ((1 + r) / (1 - r)), `at ${r}`).toBeGreaterThan(0.85)
    expect(cusum.inflation / ((1 + r) / (1 - r)), `at ${r}`).toBeLessThan(1.2)
  }
})
