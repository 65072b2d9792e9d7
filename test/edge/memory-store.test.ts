import { expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import { storeLaws } from './store-laws.js'

storeLaws('a memory store', () => memoryStore())

test('past its limit a memory store refuses, keeps the old bytes, and counts what was replaced or deleted as free again', async () => {
  const store = memoryStore({ maxBytes: 10 })
  await store.set('a', new Uint8Array(6))
  await expect(store.set('b', new Uint8Array(5))).rejects.toThrow('at most 4')
  await expect(store.set('a', new Uint8Array(11))).rejects.toThrow('at most 10')
  expect((await store.get('a'))?.length).toBe(6)
  await store.set('a', new Uint8Array(10))
  await store.delete('a')
  await store.set('b', new Uint8Array(10))
  for (let i = 0; i < 100; i++) await store.set('b', new Uint8Array(i % 11))
  expect(await store.keys('')).toEqual(['b'])
})

test('a limit that cannot work is refused at once', () => {
  for (const maxBytes of [0, -1, 1.5, Number.NaN, '1' as never, 2 ** 32]) {
    expect(() => memoryStore({ maxBytes })).toThrow('memoryStore.maxBytes must be')
  }
})
