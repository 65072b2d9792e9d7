import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fileStore, memoryStore } from '../../../src/edge/index.js'
import type { Store } from '../../../src/model/index.js'
import { storeContract } from '../../../src/testing/contracts/index.js'
import { everyLawCatches, verdict } from './verdict.js'

const directory = mkdtempSync(join(tmpdir(), 'store-contract-'))
afterAll(() => rmSync(directory, { recursive: true }))
let made = 0
const paths = new WeakMap<Store, string>()

const freshFiles = (): Store => {
  const path = join(directory, `${made++}`)
  const store = fileStore(path)
  paths.set(store, path)
  return store
}

describe('memoryStore keeps the contract of stores', () => {
  for (const law of storeContract(() => memoryStore())) test(law.name, () => law.run())
})

describe('fileStore keeps the contract of stores, after a restart too', () => {
  const reopen = (store: Store): Store => fileStore(paths.get(store) as string)
  for (const law of storeContract(freshFiles, { reopen })) test(law.name, () => law.run())
})

/** A lawful store, spoiled in one way at a time. */
const laws = (spoil: (store: Store) => Partial<Store> = () => ({})) => {
  const spoiled = (store: Store): Store => ({
    get: (key) => store.get(key),
    set: (key, bytes) => store.set(key, bytes),
    delete: (key) => store.delete(key),
    keys: (prefix) => store.keys(prefix),
    ...spoil(store),
  })
  return storeContract(() => spoiled(memoryStore()), { reopen: (store) => store, patience: '500ms' })
}
const escaped = (key: string): string => key.replace(/[^\w@.-]/g, '_').slice(0, 200) || '_'

describe('storeContract', () => {
  test('a lawful store keeps every law', async () => expect(await verdict(laws())).toEqual(new Map()))

  everyLawCatches(laws(), {
    'what was never set is undefined, and no key is listed': laws((store) => ({
      get: async (key) => (await store.get(key)) ?? new Uint8Array(),
    })),
    'what was set comes back, byte by byte, also none at all': laws((store) => ({
      set: (key, bytes) => store.set(key, Buffer.from(Buffer.from(bytes).toString('utf8'))),
    })),
    'a part of a buffer is stored as that part': laws((store) => ({
      set: (key, bytes) => store.set(key, new Uint8Array(bytes.buffer)),
    })),
    'set replaces the whole, a longer value by a shorter one too': laws((store) => ({
      async set(key, bytes) {
        const old = (await store.get(key)) ?? new Uint8Array()
        await store.set(key, Buffer.concat([bytes, old.subarray(bytes.length)]))
      },
    })),
    'delete forgets that key alone, and deleting nothing is no error': laws((store) => ({
      async delete(prefix) {
        for (const key of await store.keys(prefix)) await store.delete(key)
      },
    })),
    'keys are listed by prefix, sorted, each once': laws((store) => ({
      keys: async (prefix) => [...(await store.keys(prefix))].reverse(),
    })),
    'a prefix is text, no pattern': laws((store) => ({
      keys: async (prefix) => (await store.keys('')).filter((key) => new RegExp(`^${prefix}`).test(key)),
    })),
    'every legal key works': laws((store) => ({
      set: async (key, bytes) => (key.length > 100 ? Promise.reject(new Error('too long')) : store.set(key, bytes)),
    })),
    'hostile keys are refused and touch nothing': laws((store) => ({
      get: (key) => store.get(escaped(key)),
      set: (key, bytes) => store.set(escaped(key), bytes),
      delete: (key) => store.delete(escaped(key)),
    })),
    'bytes given or got can be changed afterwards without changing what is stored': laws(sharing),
    'many sets at once leave one value, whole, and a reader sees no mixture': laws(torn),
    'many sets at once of different keys all hold': laws(forgetful),
    'what was set and deleted is still so after a restart': storeContract(() => memoryStore(), {
      reopen: () => memoryStore(),
    }),
  })

  test('caught: a store that throws at once instead of rejecting', async () => {
    const thrower = laws((store) => ({
      get: (key) => {
        if (key.includes('/')) throw new Error('hostile')
        return store.get(key)
      },
    }))
    expect((await verdict(thrower)).get('hostile keys are refused and touch nothing')).toContain('throw at once')
  })

  test('caught: a store that hangs', async () => {
    const [first] = laws(() => ({ get: () => new Promise(() => {}) }))
    expect([...(await verdict(first ? [first] : [])).values()]).toEqual(["get of 'missing' has not ended after 500 ms"])
  })
})

function sharing(store: Store): Partial<Store> {
  const held = new Map<string, Uint8Array>()
  return {
    get: async (key) => held.get(key) ?? store.get(key),
    set: async (key, bytes) => {
      await store.set(key, bytes)
      held.set(key, bytes)
    },
  }
}

/** Overwrites in place, in two steps. */
function torn(): Partial<Store> {
  const held = new Map<string, Uint8Array>()
  return {
    get: async (key) => held.get(key)?.slice(),
    async set(key, bytes) {
      const place = held.get(key) ?? bytes.slice()
      held.set(key, place)
      place.set(bytes.subarray(0, bytes.length / 2))
      await Promise.resolve()
      place.set(bytes.subarray(bytes.length / 2), bytes.length / 2)
    },
  }
}

/** Writes all keys as one document, read before and written after a pause: the last writer wins. */
function forgetful(): Partial<Store> {
  let document: ReadonlyMap<string, Uint8Array> = new Map()
  return {
    get: async (key) => document.get(key),
    async set(key, bytes) {
      const read = document
      await Promise.resolve()
      document = new Map(read).set(key, bytes)
    },
  }
}
