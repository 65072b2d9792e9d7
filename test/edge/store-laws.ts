import { expect, test } from 'vitest'
import type { Store } from '../../src/model/index.js'

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString()

/** What every store must do, whatever it is made of. */
export function storeLaws(name: string, fresh: () => Store | Promise<Store>): void {
  const law = (claim: string, run: (store: Store) => Promise<void>): void => {
    test(`${name}: ${claim}`, async () => run(await fresh()))
  }

  law('what was never set is undefined, and deleting it is no error', async (store) => {
    expect(await store.get('key')).toBeUndefined()
    await store.delete('key')
    expect(await store.keys('')).toEqual([])
  })

  law('bytes come back as they were, none and all 256 of them', async (store) => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    await store.set('all', all)
    await store.set('none', new Uint8Array())
    expect(new Uint8Array((await store.get('all')) as Uint8Array)).toEqual(all)
    expect((await store.get('none'))?.byteLength).toBe(0)
  })

  law('a view over a part of a buffer stores that part', async (store) => {
    await store.set('key', Buffer.from('0123456789').subarray(3, 6))
    expect(text(await store.get('key'))).toBe('345')
  })

  law('the last set wins, also of many at once', async (store) => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => store.set('key', Buffer.from(`${i}`))))
    expect(text(await store.get('key'))).toBe('49')
    await Promise.all([store.delete('key'), store.set('key', Buffer.from('again'))])
    expect(text(await store.get('key'))).toBe('again')
    await Promise.all([store.set('key', Buffer.from('and')), store.delete('key')])
    expect(await store.get('key')).toBeUndefined()
  })

  law('bytes given or taken are the caller’s to change afterwards', async (store) => {
    const bytes = Buffer.from('mine')
    await store.set('key', bytes)
    bytes.fill(0)
    const taken = (await store.get('key')) as Uint8Array
    expect(text(taken)).toBe('mine')
    taken.fill(0)
    expect(text(await store.get('key'))).toBe('mine')
  })

  law('keys are listed by prefix, sorted', async (store) => {
    for (const key of ['b-2', 'a', 'b-10', 'b.1', 'B', '@x', '_', 'b']) await store.set(key, Buffer.from(key))
    expect(await store.keys('b')).toEqual(['b', 'b-10', 'b-2', 'b.1'])
    expect(await store.keys('')).toEqual(['@x', 'B', '_', 'a', 'b', 'b-10', 'b-2', 'b.1'])
    expect(await store.keys('../')).toEqual([])
  })

  law('every key of the rule is taken, the longest too', async (store) => {
    for (const key of ['a', 'k'.repeat(200), 'anomaly@1.aside-3', '__proto__', 'constructor', '-', '@', 'a..b']) {
      await store.set(key, Buffer.from(key))
      expect(text(await store.get(key))).toBe(key)
    }
  })

  law('what is no key is refused with a clear rejection, never thrown, by every verb', async (store) => {
    const wrong = [
      '',
      '.',
      '..',
      '.hidden',
      'a/b',
      '../a',
      'a\\b',
      'a\0',
      'ä',
      'a b',
      'k'.repeat(201),
      'a\n',
      5,
      null,
      undefined,
      {},
    ]
    for (const key of wrong as string[]) {
      await expect(store.get(key)).rejects.toThrow('a store key must be')
      await expect(store.set(key, new Uint8Array())).rejects.toThrow('a store key must be')
      await expect(store.delete(key)).rejects.toThrow('a store key must be')
    }
    expect(await store.keys('')).toEqual([])
  })

  law('what is no bytes is refused, and the old bytes stay', async (store) => {
    await store.set('key', Buffer.from('old'))
    for (const value of ['text', 5, null, undefined, {}, new ArrayBuffer(3), [1, 2]] as unknown[]) {
      await expect(store.set('key', value as Uint8Array)).rejects.toThrow('Uint8Array')
    }
    expect(text(await store.get('key'))).toBe('old')
  })
}
