import { ConfigError, checkOptions, integerIn, type Store, textIn } from '../model/index.js'
import { codeOf, type FileSystem, nodeFileSystem, nodePath, openFlags, unless } from './file-system.js'
import { makeDirectory, removeLeftovers, replaceFile, syncDirectory } from './replace-file.js'
import { checkedBytes, checkedKey, isKey } from './store-key.js'

/** How a {@link fileStore} is limited. */
export interface FileStoreOptions {
  /** The largest value in bytes, written or read; past it `set` and `get` reject. From 1 to 2³¹. @defaultValue 256 MiB */
  readonly maxBytes?: number
}

/** Keys with a change that waits; past it `set` and `delete` reject. */
const MOST_WAITING = 1_000

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
  return new FileStore(nodePath().resolve(dir), maxBytes, nodeFileSystem())
}

interface Change {
  /** `undefined` for a removal. */
  bytes: Uint8Array | undefined
  readonly done: Promise<void>
}

/** See {@link fileStore}. */
export class FileStore implements Store {
  readonly #waiting = new Map<string, Change>()
  #last: Promise<void> = Promise.resolve()
  #tidied: Promise<void> | undefined

  constructor(
    private readonly dir: string,
    private readonly maxBytes: number,
    private readonly fs: FileSystem,
  ) {}

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = nodePath().join(this.dir, checkedKey(key))
    return (await this.#there()) ? this.#read(key, path) : undefined
  }

  async set(key: string, bytes: Uint8Array): Promise<void> {
    return this.#change(checkedKey(key), checkedBytes(key, bytes, this.maxBytes))
  }

  async delete(key: string): Promise<void> {
    return this.#change(checkedKey(key), undefined)
  }

  async keys(prefix: string): Promise<readonly string[]> {
    if (!(await this.#there())) return []
    const entries = await this.fs.readdir(this.dir, { withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    return files.filter((name) => isKey(name) && name.startsWith(prefix)).sort()
  }

  #change(key: string, bytes: Uint8Array | undefined): Promise<void> {
    const waiting = this.#waiting.get(key)
    if (waiting) {
      waiting.bytes = bytes
      return waiting.done
    }
    if (this.#waiting.size >= MOST_WAITING)
      throw new Error(`the store has ${MOST_WAITING} changes waiting, '${key}' is refused`)
    const apply = (): Promise<void> => {
      this.#waiting.delete(key)
      return change.bytes ? this.#write(key, change.bytes) : this.#remove(key)
    }
    const change: Change = { bytes, done: this.#last.then(apply) }
    this.#waiting.set(key, change)
    this.#last = change.done.catch(() => {})
    return change.done
  }

  async #write(key: string, bytes: Uint8Array): Promise<void> {
    await makeDirectory(this.fs, this.dir)
    await this.#there()
    await replaceFile(this.fs, this.dir, key, bytes)
  }

  async #remove(key: string): Promise<void> {
    if (!(await this.#there())) return
    const gone = await this.fs.unlink(nodePath().join(this.dir, key)).then(() => true, unless('ENOENT'))
    if (gone) await syncDirectory(this.fs, this.dir)
  }

  async #read(key: string, path: string): Promise<Uint8Array | undefined> {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = openFlags()
    const file = await this.fs.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error) => {
      if (codeOf(error) === 'ELOOP') throw new Error(`'${key}' is a symbolic link, which is not followed`)
      return unless('ENOENT')(error)
    })
    if (!file) return undefined
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw new Error(`'${key}' is not a plain file`)
      if (stat.size > this.maxBytes)
        throw new Error(`'${key}' has ${stat.size} bytes, the store reads at most ${this.maxBytes}`)
      const { buffer, byteOffset, byteLength } = await file.readFile()
      return new Uint8Array(buffer, byteOffset, byteLength)
    } finally {
      await file.close()
    }
  }

  /** Whether the directory is there; the first time that it is, leftovers are removed. */
  async #there(): Promise<boolean> {
    const stat = await this.fs.lstat(this.dir).catch(unless('ENOENT'))
    if (!stat) return false
    if (stat.isSymbolicLink())
      throw new Error("the store's directory is a symbolic link, which is not followed: give the real path")
    if (!stat.isDirectory()) throw new Error("the store's path is not a directory")
    this.#tidied ??= removeLeftovers(this.fs, this.dir)
    await this.#tidied
    return true
  }
}
