import { expect, test } from 'vitest'
import { FindingRates } from '../../../src/monitor/flow/finding-rates.js'

const DAY = 864e5
const START = 1_704_067_200_000

test('on the first day it is what there has been so far, then the mean of the days', () => {
  const rates = new FindingRates(START)
  rates.add('a', START + 1)
  rates.add('a', START + 2)
  expect(rates.perDay('a', START + DAY / 2)).toBe(2)
  expect(rates.perDay('a', START + 4 * DAY)).toBe(0.5)
  expect(rates.perDay('b', START + 4 * DAY)).toBe(0)
})

test('what is older than a week counts no more', () => {
  const rates = new FindingRates(START)
  for (let i = 0; i < 100; i++) rates.add('a', START + i)
  for (let day = 1; day < 30; day++) rates.add('a', START + day * DAY)
  expect(rates.perDay('a', START + 30 * DAY - 1)).toBeCloseTo(1, 6)
  expect(rates.perDay('a', START + 60 * DAY)).toBe(0)
})

test('a clock that jumps by decades, either way, gives a rate all the same', () => {
  const rates = new FindingRates(0)
  rates.add('a', 1)
  expect(rates.perDay('a', START)).toBe(0)
  rates.add('a', START)
  expect(rates.perDay('a', START + 1)).toBeGreaterThan(0)
})

test('past a thousand watchers the rest count together', () => {
  const rates = new FindingRates(START)
  for (let i = 0; i < 5_000; i++) rates.add(`w${i}`, START)
  expect(rates.perDay('w999', START)).toBe(1)
  expect(rates.perDay('w1000', START)).toBe(0)
  expect(rates.perDay('other watchers', START)).toBe(4_000)
})
