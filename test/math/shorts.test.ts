import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyShorts, LARGEST_SHORT, putShort, shortAt } from '../../src/math/shorts.js'

test('what is put is found again, and its neighbours stay, whatever the order', () => {
  const put = fc.tuple(fc.nat(40), fc.integer({ min: -LARGEST_SHORT, max: LARGEST_SHORT }))
  fc.assert(
    fc.property(fc.array(put, { maxLength: 200 }), (puts) => {
      const shorts = emptyShorts(41)
      const plain = new Array<number>(41).fill(0)
      for (const [at, short] of puts) {
        putShort(shorts, at, short)
        plain[at] = short
      }
      expect(plain.map((_, at) => shortAt(shorts, at))).toEqual(plain)
    }),
  )
})
