import { expect, test } from 'vitest'
import { retryAfterOf, verdictOf } from '../../src/otel/durable/verdict.js'

const answer = (headers: Record<string, string>, status = 503) => ({ status, headers, body: [] })

test.each([
  ['120', {}, 120_000],
  ['0', {}, 0],
  ['Thu, 01 Jan 2015 00:00:02 GMT', { date: 'Thu, 01 Jan 2015 00:00:00 GMT' }, 2_000],
  ['Thursday, 01-Jan-15 00:00:02 GMT', { date: 'Thu, 01 Jan 2015 00:00:00 GMT' }, 2_000],
  ['Thu, 01 Jan 2015 00:00:00 GMT', { date: 'Thu, 01 Jan 2015 00:00:02 GMT' }, 0],
  ['Thu, 01 Jan 2015 00:00:02 GMT', {}, undefined],
  ['-3', { date: 'Thu, 01 Jan 2015 00:00:00 GMT' }, undefined],
  ['1.5', { date: 'Thu, 01 Jan 2015 00:00:00 GMT' }, undefined],
  ['99999999999999', {}, undefined],
  ['soon', {}, undefined],
  ['', {}, undefined],
])('Retry-After: %s is read against the receiver’s own clock', (header, more, expected) => {
  expect(retryAfterOf(answer({ 'retry-after': header, ...more }))).toBe(expected)
})

test.each([
  [1, 'again'],
  [4, 'again'],
  [8, 'rejected'],
  [10, 'again'],
  [11, 'again'],
  [14, 'again'],
  [15, 'again'],
  [3, 'rejected'],
  [7, 'rejected'],
  [12, 'rejected'],
  [16, 'rejected'],
])('gRPC status %i, where no HTTP was heard: %s', (code, kind) => {
  expect(verdictOf({ code: 1, error: Object.assign(new Error('x'), { code }) }, undefined)).toMatchObject({ kind })
})

test('an error of the exporter itself is unclear', () => {
  expect(verdictOf({ code: 1, error: new TypeError('x is not a function') }, undefined)).toBe('unclear')
  expect(verdictOf({ code: 1 }, undefined)).toBe('unclear')
})
