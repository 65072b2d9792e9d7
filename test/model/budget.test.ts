import { expect, test } from 'vitest'
import { budget, ConfigError } from '../../src/model/index.js'

test.each([
  ['1 per 7d', 1 / (7 * 864e5)],
  ['0.5 per 12h', 0.5 / 432e5],
  ['1000 per 1m', 1 / 60],
  ['0.001 per 3650d', 0.001 / (3650 * 864e5)],
  ['2 per 90.5m', 2 / (90.5 * 6e4)],
] as const)('%s is %d false findings a millisecond', (text, perMs) => {
  expect(budget('x.budget', text)).toBeCloseTo(perMs, 15)
})

test.each([
  '',
  '1',
  '1 per',
  'per 7d',
  '1 per 7',
  '1 per 7w',
  '-1 per 7d',
  '0 per 7d',
  '0.0009 per 7d',
  '1001 per 7d',
  '1e3 per 7d',
  'NaN per 7d',
  '1 per 59s',
  '1 per 3651d',
  '1 per -7d',
  '1  per 7d',
  '1 per 7d ',
  7,
  null,
  undefined,
  {},
  ['1 per 7d'],
])('%j is no budget, and the error names the field and the range', (value) => {
  const refusal = () => budget('x.budget', value as never)
  expect(refusal).toThrow(ConfigError)
  expect(refusal).toThrow(
    /^x\.budget must be 'N per DURATION', N from 0\.001 to 1000 and DURATION from 1 min to 3650 d/,
  )
})
