import { ConfigError, checkOptions, integerIn, type Store, textIn } from '../model/index.js'
import { nodeFileSystem, nodePath } from './file-system.js'

/** How a {@link fileStore} is limited. */
export interface FileStoreOptions {
  /** The largest value in bytes, written or read; past it `set` and `get` reject. From 1 to 2³¹. @defaultValue 256 MiB */
  readonly maxBytes?: number
}

/**
 * A store in a directory: one file for each key, each replaced atomically and synced before `set` resolves.
 *
 * A power cut, a kill or a full disk leaves the old bytes or the new ones. Files are `0600`, a directory that has to be made
 * is `0700`, symbolic links are not followed. Changes are made one after another; while one of a key waits, a newer one takes
 * its place, and both are answered when the newer is on disk. `bytes` are read until then: do not change them.
 *
 * One directory belongs to one process. On a file system that does not tell capitals apart, neither do keys.
 *
 * A `set` costs two syncs: about a millisecond on an SSD, some tens on an SD card.
 *
 * @param dir - made on the first write; relative to the working directory of now. Its parents may be links, itself not.
 * @throws ConfigError when `dir` is no path or `maxBytes` is out of range. Nothing is read or written before the first use.
 * @example
 * createMonitor({ service: 'checkout', store: fileStore('/var/lib/checkout/uptime') })
 */
export function fileStore(dir: string, options: FileStoreOptions = {}): Store {
  checkOptions('fileStore', options, ['maxBytes'])
  if (textIn('fileStore.dir', dir, 3_000).includes('\0'))
    throw new ConfigError('fileStore.dir', 'a path without NUL', dir)
  const maxBytes = integerIn('fileStore.maxBytes', options.maxBytes ?? 2 ** 28, 1, 2 ** 31)
  const path = nodePath().resolve(dir)
  let opened: Promise<Store> | undefined
  const files = (): Promise<Store> => {
    opened ??= import('./directory.js').then(({ Directory }) => new Directory(path, maxBytes, nodeFileSystem()))
    return opened
  }
  return {
    get: async (key) => (await files()).get(key),
    set: async (key, bytes) => (await files()).set(key, bytes),
    delete: async (key) => (await files()).delete(key),
    keys: async (prefix) => (await files()).keys(prefix),
  }
}
