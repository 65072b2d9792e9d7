import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uniform } from '../../src/math/random.js'
import { emptyRuns, fade, learnRun, logShare } from '../../src/math/runs.js'

/** Runs that a coin makes, and all of their values. */
function tossed(repeat: number, runs: number) {
  const memory = emptyRuns()
  const lengths: number[] = []
  for (let run = 0, toss = 0; run < runs; run++) {
    let repeats = 0
    while (uniform(1, toss++) < repeat) repeats++
    learnRun(memory, repeats, 1)
    lengths.push(repeats)
  }
  return { memory, lengths }
}

test('the share of values that far into a run is that of counting them', () => {
  for (const repeat of [0.2, 0.5, 0.9]) {
    const { memory, lengths } = tossed(repeat, 20_000)
    const values = lengths.reduce((sum, repeats) => sum + repeats + 1, 0)
    for (const n of [0, 1, 2, 5, 10, 20]) {
      const counted = lengths.reduce((sum, repeats) => sum + Math.max(0, repeats + 1 - n), 0)
      if (counted < 200) continue
      expect(Math.abs(logShare(memory, n, 1) - Math.log(counted / values)), `${n} at ${repeat}`).toBeLessThan(0.2)
    }
  }
})

test('it is that of a geometric distribution: the chance of a repeat to the power of their number', () => {
  const { memory } = tossed(0.9, 20_000)
  for (const n of [1, 10, 30, 50]) expect(logShare(memory, n, 1) / (n * Math.log(0.9))).toBeCloseTo(1, 1)
})

test('runs longer than any before grow ever less likely, but more slowly than what was seen says', () => {
  const { memory } = tossed(0, 1_000)
  const logs = [0, 1, 2, 10, 100, 10_000, 1e6, 1e8].map((n) => logShare(memory, n, 1))
  expect(logs).toEqual(logs.slice().sort((a, b) => b - a))
  expect(logs[0]).toBe(0)
  expect(logs[1]).toBeLessThan(-5)
  expect(logs[2]).toBeGreaterThan(2 * (logs[1] as number))
})

test('some long runs make long runs usual', () => {
  const memory = emptyRuns()
  for (let i = 0; i < 1_000; i++) learnRun(memory, 0, 1)
  expect(logShare(memory, 500, 1)).toBeLessThan(-20)
  for (let i = 0; i < 5; i++) learnRun(memory, 1_000, 1)
  expect(logShare(memory, 500, 1)).toBeGreaterThan(-1.5)
})

test('all weights may be scaled, with their unit', () => {
  const { memory } = tossed(0.5, 1_000)
  const before = logShare(memory, 7, 1)
  fade(memory, 1e-30)
  expect(logShare(memory, 7, 1e-30)).toBeCloseTo(before, 9)
})

test('whatever the runs, a longer one is never likelier, and nothing is infinite', () => {
  const length = fc.oneof(fc.nat(20), fc.nat(2 ** 30))
  fc.assert(
    fc.property(fc.array(length, { maxLength: 30 }), length, length, (lengths, a, b) => {
      const memory = emptyRuns()
      for (const repeats of lengths) learnRun(memory, repeats, 1)
      const [short, long] = [logShare(memory, Math.min(a, b), 1), logShare(memory, Math.max(a, b), 1)]
      expect(Number.isFinite(short) && Number.isFinite(long)).toBe(true)
      expect(long).toBeLessThanOrEqual(short + 1e-9)
      expect(short).toBeLessThanOrEqual(0)
    }),
  )
})
