import { expect, test } from 'vitest'
import { type Blocks, beyondAt, emptyBlocks, logRecord, raise, roll, take, topOf } from '../../src/math/blocks.js'
import { uniform } from '../../src/math/random.js'

/** One value a moment. */
function played(draw: (time: number) => number, until: number, slot = 10, memory = 1e9): Blocks {
  const blocks = emptyBlocks(slot)
  for (let time = 0; time < until; time++) {
    roll(blocks, time, memory)
    take(blocks, draw(time), -draw(time))
  }
  return blocks
}

const noise = (time: number) => uniform(1, time)

test('each block holds its largest and its smallest value', () => {
  const blocks = played(noise, 101)
  expect(blocks.filled).toBe(10)
  for (let block = 0; block < 10; block++) {
    const values = Array.from({ length: 10 }, (_, i) => noise(10 * block + i))
    expect(blocks.high.tops[block]).toBe(Math.max(...values))
    expect(blocks.low.tops[block]).toBe(-Math.min(...values))
    expect(blocks.ends[block]).toBe(10 * (block + 1))
  }
  expect(topOf(blocks.high, blocks.seen)).toBe(Math.max(...Array.from({ length: 101 }, (_, i) => noise(i))))
})

test('blocks grow until they span the memory, and lose no extreme on the way', () => {
  const blocks = played((time) => (time === 500 ? 9 : noise(time)), 20_000)
  expect(blocks.slot).toBe(640)
  expect(blocks.filled).toBeGreaterThanOrEqual(16)
  expect(blocks.high.top).toBe(9)
})

test('what is older than the memory is forgotten, also when nothing came for long', () => {
  const blocks = played((time) => (time === 500 ? 9 : noise(time)), 20_000, 10, 5_000)
  expect(blocks.high.top).toBeLessThan(1)
  roll(blocks, 1e6, 5_000)
  expect(blocks.filled).toBe(1)
})

test('the gap is the Gumbel scale of the blocks: 1 for exponential values, however many are in a block', () => {
  for (const slot of [10, 100]) {
    let sum = 0
    for (let seed = 0; seed < 20; seed++)
      sum += played((time) => -Math.log(1 - uniform(seed, time)), 31 * slot + 1, slot).high.gap
    expect(sum / 20).toBeGreaterThan(0.85)
    expect(sum / 20).toBeLessThan(1.15)
  }
})

test('one block of n + 1 goes beyond the others, and further beyond the less likely', () => {
  expect(Math.exp(logRecord(31, 0, 1))).toBeCloseTo(1 / 32, 12)
  expect(logRecord(31, 5, 1)).toBeLessThan(logRecord(31, 4, 1))
  expect(logRecord(31, 2, 1)).toBeCloseTo(-Math.log(32) - 2, 0)
  expect(logRecord(31, beyondAt(31, -9, 3), 3)).toBeCloseTo(-9, 9)
  expect(beyondAt(31, -1, 3)).toBe(0)
})

test('raised, they spread as before', () => {
  const blocks = played(noise, 101)
  const { top, gap } = blocks.high
  raise(blocks.high, blocks.filled, 5)
  expect(blocks.high.top).toBe(top + 5)
  expect(blocks.high.gap).toBe(gap)
  expect(Math.max(...blocks.high.tops.slice(0, 10))).toBeCloseTo(top + 5, 12)
})
