import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wordsOf } from '../../../src/otel/logs/words.js'

describe('wordsOf()', () => {
  test.each([
    ['connection refused', 'connection refused'],
    ['user=42 took 13ms', 'user=<*> took <*>'],
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED <*>:<*>'],
    ['GET /api/v1/users/42?page=3 200 in 1.5 ms', 'GET /api/<*>/users/<*>?page=<*> <*> in <*> ms'],
    ['job 3f2a-11 of queue "mail" failed', 'job <*> of queue <*> failed'],
    ["can't open 'a b.txt': no such file", "can't open <*>: no such file"],
    ['{"user":"ann","age":7}', '{<*>:<*>,<*>:<*>}'],
    ['  two   spaces\there ', 'two spaces here'],
    ['first line\n    at Object.<anonymous> (x.js:1:2)', 'first line'],
    ['an open "quote stays', 'an open "quote stays'],
    ['naïve Größe 7', 'naïve Größe <*>'],
    ['', ''],
  ])('%s', (line, expected) => {
    expect(wordsOf(line).join(' ')).toBe(expected)
  })

  test('whatever the line is, there are at most 40 words of at most 500 characters in all, and no digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (line) => {
        const words = wordsOf(line)
        expect(words.length).toBeLessThanOrEqual(40)
        expect(words.every((word) => word !== '' && !/[0-9]/.test(word))).toBe(true)
        expect(words.join('').replaceAll('<*>', '').length).toBeLessThanOrEqual(500)
      }),
    )
  })

  test('only the first 500 characters count', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (line) => {
        expect(wordsOf(line)).toEqual(wordsOf(line.slice(0, 500)))
      }),
    )
  })
})
