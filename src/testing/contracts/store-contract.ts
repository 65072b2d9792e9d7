import type { Duration, Store } from '../../model/index.js'
import { type Law, law } from './law.js'
import { Patience } from './patience.js'
import { filled, LARGE, Shelf, whole } from './shelf.js'

/** How a {@link storeContract} judges. */
export interface StoreContractOptions {
  /** Opens the same data again, as after a restart. @defaultValue the law about restarts is left out */
  readonly reopen?: (store: Store) => Store | Promise<Store>
  /** How long to wait for what must end, in real time. @defaultValue `'5s'` */
  readonly patience?: Duration
}

const HOSTILE = [
  '',
  '.',
  '..',
  '.hidden',
  '../up',
  'a/b',
  'a\\b',
  '/etc',
  'a b',
  'a\0b',
  'a\nb',
  'é',
  '%2e',
  'a:b',
  '*',
  'x'.repeat(201),
]
const LEGAL = ['a', 'A-Z_0.9', '@', '-', '_', 'a.b.c', 'name@1', '__proto__', 'constructor', 'x'.repeat(200)]

/**
 * The laws of every store.
 *
 * @param fresh - makes an empty store; called for each law.
 * @example
 * for (const law of storeContract(() => fileStore({ path: mkdtempSync(prefix) }))) test(law.name, () => law.run())
 */
export function storeContract(fresh: () => Store | Promise<Store>, options: StoreContractOptions = {}): readonly Law[] {
  const { reopen } = options
  const patience = new Patience('storeContract.patience', options.patience)
  const on = (name: string, run: (shelf: Shelf) => Promise<void>): Law =>
    law(name, async () => run(new Shelf(await fresh(), patience)))
  const laws = [
    on('what was never set is undefined, and no key is listed', async (shelf) => {
      await shelf.holds('missing', undefined)
      await shelf.lists('', [])
    }),
    on('what was set comes back, byte by byte, also none at all', async (shelf) => {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      await shelf.set('all', all)
      await shelf.set('none', new Uint8Array())
      await shelf.holds('all', all)
      await shelf.holds('none', new Uint8Array())
    }),
    on('a part of a buffer is stored as that part', async (shelf) => {
      await shelf.set('part', filled(9, 100).subarray(10, 20))
      await shelf.holds('part', filled(9, 10))
    }),
    on('set replaces the whole, a longer value by a shorter one too', async (shelf) => {
      await shelf.set('key', filled(1, 1_000))
      await shelf.set('key', filled(2, 10))
      await shelf.holds('key', filled(2, 10))
    }),
    on('delete forgets that key alone, and deleting nothing is no error', async (shelf) => {
      await shelf.set('key', filled(1, 4))
      await shelf.set('key.2', filled(2, 4))
      await shelf.delete('key')
      await shelf.delete('key')
      await shelf.holds('key', undefined)
      await shelf.holds('key.2', filled(2, 4))
      await shelf.lists('', ['key.2'])
    }),
    on('keys are listed by prefix, sorted, each once', async (shelf) => {
      for (const key of ['b.2', 'a.1', 'C', 'b.10', 'ab', 'b', 'b.2']) await shelf.set(key, filled(1, 4))
      await shelf.lists('', ['C', 'a.1', 'ab', 'b', 'b.10', 'b.2'])
      await shelf.lists('b.', ['b.10', 'b.2'])
      await shelf.lists('d', [])
    }),
    on('a prefix is text, no pattern', async (shelf) => {
      await shelf.set('abc', filled(1, 4))
      for (const pattern of ['a*', 'a.', '.*', '^a', '[a]']) await shelf.lists(pattern, [])
    }),
    on('every legal key works', async (shelf) => {
      for (const [at, key] of LEGAL.entries()) await shelf.set(key, filled(at, 4))
      for (const [at, key] of LEGAL.entries()) await shelf.holds(key, filled(at, 4))
      await shelf.lists('', [...LEGAL].sort())
    }),
    on('hostile keys are refused and touch nothing', async (shelf) => {
      await shelf.set('key', filled(1, 4))
      for (const key of HOSTILE) await shelf.refuses(key)
      await shelf.lists('', ['key'])
      await shelf.holds('key', filled(1, 4))
    }),
    on('bytes given or got can be changed afterwards without changing what is stored', async (shelf) => {
      const given = filled(7, 8)
      await shelf.set('key', given)
      given.fill(0)
      await shelf.holds('key', filled(7, 8))
      const got = await shelf.get('key')
      got?.fill(0)
      await shelf.holds('key', filled(7, 8))
    }),
    on('many sets at once leave one value, whole, and a reader sees no mixture', async (shelf) => {
      await shelf.set('key', filled(0, LARGE))
      const writes = Array.from({ length: 20 }, (_, at) => shelf.set('key', filled(at + 1, LARGE)))
      const reads = Array.from({ length: 20 }, () => shelf.get('key'))
      await Promise.all(writes)
      for (const bytes of [...(await Promise.all(reads)), await shelf.get('key')]) whole(bytes)
      await shelf.lists('', ['key'])
    }),
    on('many sets at once of different keys all hold', async (shelf) => {
      const keys = Array.from({ length: 50 }, (_, at) => `k${at}`)
      await Promise.all(keys.map((key, at) => shelf.set(key, filled(at, 64))))
      for (const [at, key] of keys.entries()) await shelf.holds(key, filled(at, 64))
    }),
  ]
  if (!reopen) return laws
  return [
    ...laws,
    on('what was set and deleted is still so after a restart', async (shelf) => {
      await shelf.set('kept', filled(3, LARGE))
      await shelf.set('gone', filled(4, 4))
      await shelf.delete('gone')
      const after = new Shelf(await reopen(shelf.store), patience)
      await after.holds('kept', filled(3, LARGE))
      await after.lists('', ['kept'])
    }),
  ]
}
