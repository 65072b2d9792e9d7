import { close, open, read, readdir } from 'node:fs'
import { join } from 'node:path'

/** Files that are kept open; what comes later is opened each time. */
const MOST_OPEN = 64
/** No file is read beyond this. */
const LONGEST = 262_144
const FIRST = 8_192
/**
 * The kernel gives /proc in pieces, each as many lines as fit into a page: a piece that is shorter than this is the last, since no
 * line is longer but those of mounts.
 */
const SHORT = 2_048
/** What is not there is looked for again every so many times. */
const PATIENCE = 30
const MOST_ABSENT = 256

/**
 * Reads small text files of /proc and /sys, one at a time, again and again: each is opened once, and read from its start.
 *
 * Asynchronous, with one buffer for all. What cannot be read is `undefined`, whatever the reason: a kernel without it, no
 * permission, a device that has gone. At most one read is under way, so that a device that hangs takes one thread of the pool.
 */
export class Files {
  readonly #open = new Map<string, number>()
  /** How often a file that is not there need not be looked for. */
  readonly #absent = new Map<string, number>()
  #buffer: Buffer = Buffer.allocUnsafe(FIRST)
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @param root - where `/` is; a test's tree, or `/`. */
  constructor(private readonly root: string) {}

  /** Where a file of the machine is, seen from here. */
  path(path: string): string {
    return join(this.root, path)
  }

  /** The text of a file, at most 256 kB of it. Never rejects. */
  text(path: string): Promise<string | undefined> {
    return this.#inTurn(() => this.#text(this.path(path)))
  }

  /** Names in a directory, sorted as people count, at most `most`. Never rejects. */
  list(path: string, most: number): Promise<readonly string[] | undefined> {
    return this.#inTurn(() => this.#list(this.path(path), most))
  }

  /** Closes what is open, when what is under way has ended. Later reads are `undefined`. */
  close(): void {
    this.#closed = true
    void this.#inTurn(async () => {
      for (const fd of this.#open.values()) close(fd)
      this.#open.clear()
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done
    return done
  }

  async #text(path: string): Promise<string | undefined> {
    if (this.#closed || this.#isAbsent(path)) return undefined
    const known = this.#open.get(path)
    const text = known === undefined ? undefined : await this.#read(known, path)
    if (text !== undefined || this.#closed) return text
    this.#forget(path) // the device was taken out and is perhaps there again
    const fd = await opened(path)
    if (fd === undefined) return this.#miss(path)
    if (this.#open.size < MOST_OPEN) this.#open.set(path, fd)
    const fresh = await this.#read(fd, path)
    if (this.#open.get(path) !== fd) close(fd)
    else if (fresh === undefined) this.#forget(path)
    return fresh ?? this.#miss(path)
  }

  async #list(path: string, most: number): Promise<readonly string[] | undefined> {
    if (this.#isAbsent(path)) return undefined
    const names = await new Promise<string[] | undefined>((resolve) => {
      readdir(path, (error, found) => resolve(error ? undefined : found))
    })
    return names?.sort(byNumber).slice(0, most) ?? this.#miss(path)
  }

  #isAbsent(path: string): boolean {
    const times = this.#absent.get(path)
    if (times === undefined) return false
    if (times > 0) this.#absent.set(path, times - 1)
    else this.#absent.delete(path)
    return times > 0
  }

  #miss(path: string): undefined {
    if (this.#absent.size < MOST_ABSENT) this.#absent.set(path, PATIENCE - 1)
    return undefined
  }

  #forget(path: string): void {
    const fd = this.#open.get(path)
    if (fd !== undefined) close(fd)
    this.#open.delete(path)
  }

  async #read(fd: number, path: string): Promise<string | undefined> {
    const whole = path.endsWith('mounts') ? 0 : SHORT
    for (let size = 0; ; ) {
      if (size === this.#buffer.length) this.#grow()
      const got = size === LONGEST ? 0 : await piece(fd, this.#buffer, size)
      if (got < 0) return undefined
      size += got
      if (got <= whole) return this.#buffer.toString('latin1', 0, size)
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(Math.min(2 * this.#buffer.length, LONGEST))
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}

function opened(path: string): Promise<number | undefined> {
  return new Promise((resolve) => open(path, 'r', (error, fd) => resolve(error ? undefined : fd)))
}

function piece(fd: number, buffer: Buffer, at: number): Promise<number> {
  return new Promise((resolve) => {
    read(fd, buffer, at, buffer.length - at, at, (error, bytes) => resolve(error ? -1 : bytes))
  })
}
