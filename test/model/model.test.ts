import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ConfigError,
  duration,
  figure,
  identityOf,
  matcher,
  messageOf,
  show,
  describe as words,
} from '../../src/model/index.js'

test.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['30d', 2_592_000_000],
  [42, 42],
] as const)('duration %s is %d ms', (value, ms) => expect(duration('x', value)).toBe(ms))

test.each(['', '5', '5 s', '-5s', '5w', 'NaNs', Number.NaN, -1, 0, Infinity, null, {}, '1e3s'])(
  'duration %j is refused by name',
  (value) => {
    expect(() => duration('alert.remind', value as never)).toThrow(ConfigError)
    expect(() => duration('alert.remind', value as never)).toThrow(/^alert\.remind must be a duration from 1 ms to/)
  },
)

test.each([
  [250, '250 ms'],
  [4_200, '4.2 s'],
  [42_000, '42 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [86_400_000 * 12, '12 d'],
] as const)('%d ms reads %s', (ms, text) => expect(words(ms)).toBe(text))

test.each([
  [0.23, 's', '230 ms'],
  [1.234, 's', '1.23 s'],
  [512e6, 'By', '512 MB'],
  [37, '{job}', '37 job'],
  [0.5, '1', '0.5'],
  [-3_000_000, 'By/s', '-3 MB/s'],
  [0, 'By', '0 B'],
] as const)('%d %s reads %s', (value, unit, text) => expect(figure(value, unit)).toBe(text))

test.each([
  ['db.*', 'db.pool.wait', true],
  ['db.*', 'db', false],
  ['*.p95', 'http.server.request.duration.p95', true],
  ['http.*.p95', 'http.x.p95', true],
  ['http.*.p95', 'http.p95', false],
  ['a*a', 'a', false],
  ['*', 'anything', true],
  ['queue.depth', 'queue.depth', true],
  ['queue.depth', 'queue.depths', false],
] as const)('pattern %s on %s: %s', (pattern, name, matches) => {
  expect(matcher('x', pattern)({ name, unit: '1', attributes: {} })).toBe(matches)
})

test('a pattern does what its regular expression would, and a hostile one takes linear time', () => {
  const part = fc.stringMatching(/^[ab.*]{1,8}$/)
  fc.assert(
    fc.property(part, fc.stringMatching(/^[ab.]{0,12}$/), (pattern, name) => {
      const expression = new RegExp(
        `^${pattern
          .split('*')
          .map((text) => text.replaceAll('.', '\\.'))
          .join('.*')}$`,
      )
      expect(matcher('x', pattern)({ name, unit: '1', attributes: {} })).toBe(expression.test(name))
    }),
  )
  const hostile = matcher('x', `${'a*'.repeat(100)}b`)
  expect(hostile({ name: 'a'.repeat(255), unit: '1', attributes: {} })).toBe(false)
})

test('attributes of a selector must all be equal', () => {
  const match = matcher('x', { name: 'http.*', attributes: { route: '/pay', code: 500 } })
  expect(match({ name: 'http.x', unit: 's', attributes: { route: '/pay', code: 500, more: true } })).toBe(true)
  expect(match({ name: 'http.x', unit: 's', attributes: { route: '/pay', code: '500' } })).toBe(false)
})

test.each([[''], [null], [42], [['']], [{ name: '' }]])('selector %j is refused', (selector) => {
  expect(() => matcher('anomaly.signal', selector as never)).toThrow(ConfigError)
})

test('identity does not depend on the order of attributes, and tells numbers from text', () => {
  const of = (attributes: Record<string, string | number>) => identityOf({ name: 'x', unit: '1', attributes })
  expect(of({ a: 1, b: 2 })).toBe(of({ b: 2, a: 1 }))
  expect(of({ a: 1 })).not.toBe(of({ a: '1' }))
  expect(of({ a: 'b', c: 'd' })).not.toBe(of({ a: 'b,c' }))
})

test('any thrown value has a short message', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(messageOf(value).length).toBeLessThanOrEqual(80)
    }),
  )
  expect(messageOf(new Error('x'.repeat(1e6)))).toHaveLength(1_000)
  expect(show([])).toBe('[]')
  expect(show('x'.repeat(1_000))).toHaveLength(80)
  expect(show(Symbol('s'))).toBe('Symbol(s)')
  expect(show(Object.create(null))).toBe('an unprintable object')
})
