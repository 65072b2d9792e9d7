import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gaussian, uniform } from '../../src/math/random.js'

/** MurmurHash3 x86 32, byte by byte, as its author wrote it down. */
function murmur3(bytes: Uint8Array, seed = 0): number {
  const rotl = (x: number, by: number) => (x << by) | (x >>> (32 - by))
  const scramble = (k: number) => Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593)
  let h = seed
  const whole = bytes.length - (bytes.length % 4)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  for (let i = 0; i < whole; i += 4) h = (Math.imul(rotl(h ^ scramble(view.getInt32(i, true)), 13), 5) + 0xe6546b64) | 0
  let tail = 0
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | (bytes[i] as number)
  h ^= scramble(tail) ^ bytes.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

test('the reference of this file gives the published values of MurmurHash3', () => {
  const of = (text: string) => murmur3(new TextEncoder().encode(text))
  expect(of('')).toBe(0)
  expect(of('hello, world')).toBe(0x149bbb7f)
  expect(of('The quick brown fox jumps over the lazy dog')).toBe(0x2e4ff723)
})

test('uniform is MurmurHash3 over both numbers', () => {
  const double = fc.double({ noNaN: true }).map((x) => x + 0)
  fc.assert(
    fc.property(double, double, (seed, at) => {
      const bytes = new Uint8Array(Float64Array.of(seed, at).buffer)
      expect(uniform(seed, at) * 2 ** 32).toBe(murmur3(bytes))
    }),
  )
})

test('minus zero is zero', () => {
  expect(uniform(-0, -0)).toBe(uniform(0, 0))
})

const steps = Array.from({ length: 200_000 }, (_, i) => 1_704_067_200_000 + i * 10_000)

test('uniform numbers fill the interval evenly, without echo from one step to the next', () => {
  const counts = new Array<number>(100).fill(0)
  const drawn = steps.map((at) => uniform(42, at))
  for (const x of drawn) counts[Math.floor(x * 100)] = (counts[Math.floor(x * 100)] as number) + 1
  const chi2 = counts.reduce((sum, n) => sum + (n - 2_000) ** 2 / 2_000, 0)
  expect(chi2).toBeLessThan(149.4) // 99 degrees of freedom, p = 0.0008
  const echo = drawn.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * ((drawn[i] as number) - 0.5), 0) / drawn.length
  expect(Math.abs(echo * 12)).toBeLessThan(0.01)
})

test('gaussian numbers have the moments and the tails of a normal distribution', () => {
  const drawn = steps.map((at) => gaussian(7, at))
  const moment = (power: number) => drawn.reduce((sum, x) => sum + x ** power, 0) / drawn.length
  expect(Math.abs(moment(1))).toBeLessThan(0.01)
  expect(moment(2)).toBeCloseTo(1, 1.7)
  expect(Math.abs(moment(3))).toBeLessThan(0.03)
  expect(moment(4)).toBeGreaterThan(2.9)
  expect(moment(4)).toBeLessThan(3.1)
  const beyond = (z: number) => drawn.filter((x) => Math.abs(x) > z).length / drawn.length
  expect(beyond(2) / 0.0455).toBeCloseTo(1, 1)
  expect(beyond(3) / 0.0027).toBeGreaterThan(0.85)
  expect(beyond(3) / 0.0027).toBeLessThan(1.15)
  expect(beyond(4) * drawn.length).toBeGreaterThan(3)
})

test('two seeds give unrelated noise', () => {
  const product = steps.reduce((sum, at) => sum + gaussian(1, at) * gaussian(2, at), 0) / steps.length
  expect(Math.abs(product)).toBeLessThan(0.01)
})
