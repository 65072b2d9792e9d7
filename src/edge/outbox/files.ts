import { type FileSystem, nodePath, openFlags, unless } from '../file-system.js'
import { makeDirectory, syncDirectory } from '../replace-file.js'
import { SLOT } from './cursor.js'

/** A file takes whole blocks. */
const BLOCK = 4096
const SEGMENT_NAME = /^(\d)-([a-z0-9_]{1,40})-(\d{8,10})\.seg$/
const QUARANTINED = '.bad'

type Handle = Awaited<ReturnType<FileSystem['open']>>

/** A segment as it is found in the directory. */
export interface SegmentFile {
  readonly name: string
  readonly priority: number
  readonly lane: string
  readonly number: number
  readonly size: number
}

/** The files of an outbox, and the room that they take. */
export class Files {
  /** Bytes that each file takes, by name. */
  readonly #taken = new Map<string, number>()
  #used = 0

  constructor(
    private readonly fs: FileSystem,
    private readonly dir: string,
  ) {}

  /** Bytes of all files together, in whole blocks. */
  get used(): number {
    return this.#used
  }

  /** Makes the directory where it is missing. @returns the segments in it */
  async list(): Promise<readonly SegmentFile[]> {
    await makeDirectory(this.fs, this.dir)
    const stat = await this.fs.lstat(this.dir)
    if (stat.isSymbolicLink() || !stat.isDirectory()) throw new Error('the outbox is not a directory of its own')
    const found: SegmentFile[] = []
    for (const entry of await this.fs.readdir(this.dir, { withFileTypes: true })) {
      const { name } = entry
      const [, priority, lane, number] = SEGMENT_NAME.exec(name) ?? []
      if (!entry.isFile() || !(lane || name.endsWith(QUARANTINED) || name.endsWith('.cursor'))) continue
      const { size } = await this.fs.lstat(this.#path(name))
      this.#count(name, size)
      if (lane) found.push({ name, priority: Number(priority), lane, number: Number(number), size })
    }
    return found
  }

  async create(name: string): Promise<Handle> {
    const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = openFlags()
    const handle = await this.fs.open(this.#path(name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    this.#count(name, 1)
    return handle
  }

  /** The bytes of a file from `from` on and before `to`. */
  async read(name: string, from: number, to: number): Promise<Uint8Array> {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = openFlags()
    const handle = await this.fs.open(this.#path(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const bytes = new Uint8Array(Math.max(to - from, 0))
      let read = 0
      while (read < bytes.byteLength) {
        const { bytesRead } = await handle.read(bytes, read, bytes.byteLength - read, from + read)
        if (bytesRead === 0) break
        read += bytesRead
      }
      return bytes.subarray(0, read)
    } finally {
      await handle.close()
    }
  }

  /** Opens a cursor, which is made where it is missing, and in the place of a link. */
  async cursor(name: string): Promise<{ readonly handle: Handle; readonly bytes: Uint8Array }> {
    const { O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = openFlags()
    const open = (): Promise<Handle> =>
      this.fs.open(this.#path(name), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
    const handle = await open().catch(async (error) => {
      unless('ELOOP')(error)
      await this.remove(name)
      return open()
    })
    this.#count(name, 2 * SLOT)
    const bytes = new Uint8Array(2 * SLOT)
    const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, 0)
    return { handle, bytes: bytes.subarray(0, bytesRead) }
  }

  /** What a file has grown to. */
  grown(name: string, size: number): void {
    this.#count(name, size)
  }

  /** How many more bytes are taken when a file grows to `size`. */
  growth(name: string, size: number): number {
    return blocks(size) - (this.#taken.get(name) ?? 0)
  }

  async remove(name: string): Promise<void> {
    await this.fs.unlink(this.#path(name)).catch(unless('ENOENT'))
    this.#count(name, 0)
  }

  async quarantine(name: string): Promise<void> {
    await this.fs.rename(this.#path(name), this.#path(name + QUARANTINED))
    const taken = this.#taken.get(name) ?? 0
    this.#count(name, 0)
    this.#count(name + QUARANTINED, taken)
  }

  /** Removes the oldest quarantined file; false when there is none. */
  async dropQuarantined(): Promise<boolean> {
    const [name] = [...this.#taken.keys()].filter((key) => key.endsWith(QUARANTINED)).sort()
    if (name !== undefined) await this.remove(name)
    return name !== undefined
  }

  /** Makes what was created and removed safe from a power cut. */
  async sync(): Promise<void> {
    await syncDirectory(this.fs, this.dir)
  }

  #path(name: string): string {
    return nodePath().join(this.dir, name)
  }

  #count(name: string, size: number): void {
    this.#used += blocks(size) - (this.#taken.get(name) ?? 0)
    if (size > 0) this.#taken.set(name, blocks(size))
    else this.#taken.delete(name)
  }
}

export function segmentName(priority: number, lane: string, number: number): string {
  return `${priority}-${lane}-${String(number).padStart(8, '0')}.seg`
}

function blocks(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}
