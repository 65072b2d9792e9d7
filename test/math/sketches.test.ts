import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptySeen, noteSeen } from '../../src/math/bloom.js'
import { countOf, countThing, emptyCountMin, halve } from '../../src/math/count-min.js'
import { hashOf } from '../../src/math/hash.js'
import { clearHeavy, countAt, countKey, differentAt, emptyHeavy, heaviest } from '../../src/math/heavy.js'

describe('hashes of texts', () => {
  test('are spread evenly, and other ones for each seed', () => {
    const places = new Float64Array(64)
    let same = 0
    for (let i = 0; i < 64_000; i++) {
      const place = hashOf(`key-${i}`) % 64
      places[place] = (places[place] as number) + 1
      if (hashOf(`key-${i}`, 1) % 64 === place) same++
    }
    expect(Math.min(...places)).toBeGreaterThan(850)
    expect(Math.max(...places)).toBeLessThan(1_150)
    expect(same / 64_000).toBeLessThan(0.02)
  })
})

describe('the keys that come most often', () => {
  test('are found with their exact counts where there is room for all', () => {
    const heavy = emptyHeavy()
    for (let i = 0; i < 1_000; i++) countKey(heavy, `k${i % 50}`)
    countKey(heavy, 'k7')
    const at = heaviest(heavy, countAt)
    expect([heavy.keys[at], countAt(heavy, at)]).toEqual(['k7', 21])
  })

  test('one that is a tenth of all is found among a hundred thousand others, and none is told too high', () => {
    const heavy = emptyHeavy()
    for (let i = 0; i < 100_000; i++) countKey(heavy, i % 10 === 0 ? 'busy' : `other-${i}`)
    const at = heaviest(heavy, countAt)
    expect(heavy.keys[at]).toBe('busy')
    expect(countAt(heavy, at)).toBeGreaterThan(9_000)
    expect(countAt(heavy, at)).toBeLessThanOrEqual(10_000)
  })

  test('whatever comes, no more than 64 are kept, and no count is above the truth', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 2_000 }), (keys) => {
        const heavy = emptyHeavy()
        for (const key of keys) countKey(heavy, `${key}`)
        expect(heavy.keys.length).toBeLessThanOrEqual(64)
        heavy.keys.forEach((key, at) => {
          expect(countAt(heavy, at)).toBeLessThanOrEqual(keys.filter((one) => `${one}` === key).length)
        })
      }),
    )
  })

  test.each([1, 10, 50, 300, 3_000])('%i different things are counted to within a third', (things) => {
    const heavy = emptyHeavy()
    for (let round = 0; round < 3; round++) for (let i = 0; i < things; i++) countKey(heavy, 'who', `thing-${i}`)
    expect(Math.abs(differentAt(heavy, 0) - things)).toBeLessThan(1 + things / 3)
  })

  test('a key that takes the place of another has none of its things, and clearing forgets all', () => {
    const heavy = emptyHeavy()
    for (let i = 0; i < 64; i++) for (let j = 0; j < 20; j++) countKey(heavy, `k${i}`, `${j}`)
    countKey(heavy, 'new', 'one')
    expect(differentAt(heavy, heavy.keys.indexOf('new'))).toBeLessThan(2)
    clearHeavy(heavy)
    expect(heaviest(heavy, countAt)).toBe(-1)
    expect(heavy).toEqual({ ...emptyHeavy(), hashes: heavy.hashes })
  })
})

describe('what has been seen', () => {
  test('is known again, at once and after thousands of others', () => {
    const seen = emptySeen()
    expect(noteSeen(seen, 'a')).toBe(false)
    expect(noteSeen(seen, 'a')).toBe(true)
    for (let i = 0; i < 5_000; i++) noteSeen(seen, `x${i}`)
    expect(noteSeen(seen, 'a')).toBe(true)
  })

  test('hardly any new thing is taken for a known one, however many there have been', () => {
    const seen = emptySeen()
    for (let i = 0; i < 200_000; i++) noteSeen(seen, `x${i}`)
    let wrong = 0
    for (let i = 0; i < 10_000; i++) if (noteSeen(seen, `y${i}`)) wrong++
    expect(wrong / 10_000).toBeLessThan(0.05)
  })
})

describe('how often each has come', () => {
  test('is never told too low, and hardly too high', () => {
    const counts = emptyCountMin()
    for (let i = 0; i < 50_000; i++) countThing(counts, `x${i % 1_000}`)
    for (let i = 0; i < 1_000; i++) {
      expect(countOf(counts, `x${i}`)).toBeGreaterThanOrEqual(50)
      expect(countOf(counts, `x${i}`)).toBeLessThan(50 + 0.0013 * 50_000)
    }
    expect(countOf(counts, 'never')).toBeLessThan(65)
    halve(counts)
    expect(countOf(counts, 'x1')).toBeLessThan(58)
  })
})
