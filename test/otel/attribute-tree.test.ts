import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AttributeTree } from '../../src/otel/attribute-tree.js'

const value = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(undefined),
  fc.array(fc.integer(), { maxLength: 2 }),
)
const attributes = fc.dictionary(fc.constantFrom('', 'a', 'b', 'c', '__proto__', '0'), value, {
  maxKeys: 5,
  noNullPrototype: false,
})

/** One text for each identity. */
const identity = (set: object) =>
  JSON.stringify(
    Object.entries(set)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, typeof v === 'object' ? JSON.stringify(v) : v === undefined ? '\u0000' : v]),
  )

const shuffled = (set: object): Record<string, unknown> => Object.fromEntries(Object.entries(set).reverse())

test('finds what was put, whatever the order of the keys, and no more what was deleted: as a map by text does', () => {
  const order = fc.record({ set: attributes, verb: fc.constantFrom('put', 'delete', 'find'), reversed: fc.boolean() })
  fc.assert(
    fc.property(fc.array(order, { maxLength: 200 }), (orders) => {
      const tree = new AttributeTree<number>()
      const map = new Map<string, number>()
      for (const [i, { set, verb, reversed }] of orders.entries()) {
        const given = reversed ? shuffled(set) : (set as Record<string, unknown>)
        if (verb === 'put') {
          tree.put(given, i)
          map.set(identity(set), i)
        }
        if (verb === 'delete') {
          tree.delete(given)
          map.delete(identity(set))
        }
        expect(tree.find(given)).toBe(map.get(identity(set)))
      }
      for (const { set } of orders) expect(tree.find(set as Record<string, unknown>)).toBe(map.get(identity(set)))
    }),
  )
})

test('a million sets that come and go leave nothing behind', () => {
  const tree = new AttributeTree<number>()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1_000_000; i++) {
    tree.put({ user: i, route: `/${i % 10}` }, i)
    if (i >= 10) tree.delete({ user: i - 10, route: `/${i % 10}` })
  }
  expect(tree.find({ route: '/9', user: 999_999 })).toBe(999_999)
  expect(tree.find({ user: 999_980, route: '/0' })).toBeUndefined()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6)
})
