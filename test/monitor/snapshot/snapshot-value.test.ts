import { isDeepStrictEqual } from 'node:util'
import { Script } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataOf, textOf } from '../../../src/monitor/snapshot/snapshot-value.js'

const ROOM = 1e7

function roundTrip(value: unknown): unknown {
  return dataOf(textOf(value, ROOM))
}

const hostileKey = fc.oneof(
  fc.constantFrom(
    '$',
    '$$',
    '$$$',
    '$f32',
    '$$f32',
    '$u8',
    '__proto__',
    'constructor',
    'toJSON',
    'then',
    '',
    '0',
    'ä\u0000\ud800',
  ),
  fc.string(),
)
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 2 ** 53, 5e-324),
)
const typed = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
)
const leaf = fc.oneof(number, typed, fc.string({ unit: 'binary' }), fc.boolean(), fc.constantFrom(null, undefined))
const plainData = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, leaf, tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  record: fc.array(fc.tuple(hostileKey, tie('value')), { maxLength: 5 }).map(ownEntries),
})).value

/** Own properties, `__proto__` too. */
function ownEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries)
}

test('plain data comes back exactly as it was, whatever its keys and numbers', () => {
  fc.assert(
    fc.property(plainData, (value) => {
      expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('writing changes nothing in the data', () => {
  fc.assert(
    fc.property(plainData, (value) => {
      const before = structuredClone(value)
      textOf(value, ROOM)
      expect(isDeepStrictEqual(value, before)).toBe(true)
    }),
  )
})

test('an own __proto__ key is data, and no prototype is changed', () => {
  const hostile = ownEntries([
    ['__proto__', { admin: Number.NaN }],
    ['a', 1],
  ])
  const back = roundTrip(hostile) as Record<string, unknown>
  expect(Object.keys(back)).toEqual(['__proto__', 'a'])
  expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  expect(back.admin).toBeUndefined()
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
})

test('a key of the user that looks like a tag stays a key', () => {
  const lookalikes = { $f32: 'AACAPw==', $: 'NaN' }
  expect(roundTrip([{ $f32: 'AACAPw==' }, { $: 'NaN' }, lookalikes, { $$f32: 1 }])).toStrictEqual([
    { $f32: 'AACAPw==' },
    { $: 'NaN' },
    lookalikes,
    { $$f32: 1 },
  ])
})

test('a view over a part of a buffer saves that part only, and comes back with a buffer of its own', () => {
  const whole = Float64Array.of(1, 2, 3, 4)
  const back = roundTrip(whole.subarray(1, 3)) as Float64Array
  expect(back).toStrictEqual(Float64Array.of(2, 3))
  expect(back.buffer.byteLength).toBe(16)
  expect(roundTrip(Buffer.from('hi'))).toStrictEqual(Uint8Array.of(104, 105))
})

test('data made in another realm is plain data too', () => {
  const foreign = new Script('({ list: [1, new Float32Array([0.5])], empty: {} })').runInNewContext()
  expect(roundTrip(foreign)).toEqual({ list: [1, Float32Array.of(0.5)], empty: {} })
})

test('what is not plain data is refused, and says what it is', () => {
  class Window {}
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(() => textOf({ f: () => 1 }, ROOM)).toThrow('holds a function')
  expect(() => textOf([Symbol('s')], ROOM)).toThrow('holds a symbol')
  expect(() => textOf({ n: 1n }, ROOM)).toThrow('holds a bigint')
  expect(() => textOf(new Map(), ROOM)).toThrow('(Map)')
  expect(() => textOf({ at: new Date(0) }, ROOM)).toThrow('(Date)')
  expect(() => textOf(new Window(), ROOM)).toThrow('instance of a class')
  expect(() => textOf(new DataView(new ArrayBuffer(8)), ROOM)).toThrow('DataView')
  expect(() => textOf(circle, ROOM)).toThrow('circle')
})

test('what is too large is refused before it is written out', () => {
  expect(() => textOf({ big: new Float64Array(1e6) }, 4e6)).toThrow('too large')
  expect(() => textOf(Array(1e6).fill(0), 4e6)).toThrow('too large')
  expect(() => textOf('x'.repeat(5e6), 4e6)).toThrow('too large')
})

test('a tag that is none is refused', () => {
  for (const text of ['{"$f99":"AA=="}', '{"$":"nope"}', '{"$f32":5}', '{"$a":1,"b":2}', '{"$toString":"x"}']) {
    expect(() => dataOf(text), text).toThrow('tag')
  }
  expect(() => dataOf('{"$f32":"AAA="}')).toThrow('$f32 of 2 bytes')
})
