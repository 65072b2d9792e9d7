import type { Store } from '../model/index.js'
import { codeOf, type FileSystem, nodePath, openFlags, unless } from './file-system.js'
import { makeDirectory, removeLeftovers, replaceFile, syncDirectory } from './replace-file.js'
import { checkedBytes, checkedKey, isKey } from './store-key.js'

/** Keys with a change that waits; past it `set` and `delete` reject. */
const MOST_WAITING = 1_000

interface Change {
  /** `undefined` for a removal. */
  bytes: Uint8Array | undefined
  readonly done: Promise<void>
}

/** The files behind a `fileStore()`. */
export class Directory implements Store {
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
