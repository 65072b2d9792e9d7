import { basename, dirname } from 'node:path'
import type { FileSystem } from '../../src/edge/file-system.js'

interface FileNode {
  now: Buffer
  /** What a power cut leaves. */
  synced: Buffer
  /** Written in place since the last sync. */
  writes: { readonly at: number; readonly bytes: Buffer }[]
}

interface DirectoryNode {
  now: Map<string, Node>
  synced: Map<string, Node>
  /** Changes since the last sync: after a power cut any of them may have been made, others not. */
  pending: ((entries: Map<string, Node>) => void)[]
}

type Node = FileNode | DirectoryNode

/** What a power cut may make of bytes that were written and not synced. */
export const TEARS = ['lost', 'half', 'zeros', 'kept'] as const
export type Tear = (typeof TEARS)[number]

/**
 * A disk that keeps only what was synced. It can lose power, or fail, at any step; then {@link afterPowerCut} tells what may be
 * found. One step is one call, a write is two: half of the bytes, then the rest.
 */
export class FragileDisk {
  /** Steps taken. */
  steps = 0
  /** From this step on the power is gone: nothing answers any more with success. */
  powerCutAt: number = Number.POSITIVE_INFINITY
  /** This step fails with {@link code}, the others go on. */
  failAt: number = Number.POSITIVE_INFINITY
  code = 'EIO'
  /** All of these fail, while they are named. */
  broken: readonly string[] = []
  /** Handles that are open. */
  open = 0

  constructor(private readonly root: DirectoryNode = directory()) {}

  /** The changes in a directory that are not yet synced. */
  unsynced(path: string): number {
    return (this.#find(path) as DirectoryNode | undefined)?.pending.length ?? 0
  }

  /** The names in a directory, hidden ones too. */
  names(path: string): string[] {
    return [...((this.#find(path) as DirectoryNode | undefined)?.now.keys() ?? [])]
  }

  /** The disk as found when the power is back. @param made - bit n says whether the nth change that was not synced was made. */
  afterPowerCut(made: number, tear: Tear): FragileDisk {
    return new FragileDisk(survivor(this.root, made, tear) as DirectoryNode)
  }

  /** The same, where each change that was not synced, and each block of 512 bytes of each write, was made or not by chance. */
  afterReordering(chance: () => number): FragileDisk {
    return new FragileDisk(reordered(this.root, chance) as DirectoryNode)
  }

  /** A file's bytes, to damage them. */
  bytes(path: string): Buffer {
    return (this.#found(path) as FileNode).now
  }

  /** Puts other bytes in the place of a file's. */
  replace(path: string, bytes: Buffer): void {
    Object.assign(this.#found(path), { now: bytes, synced: bytes, writes: [] })
  }

  readonly fs: FileSystem = {
    lstat: async (path: string) => {
      this.#step('lstat')
      const node = this.#found(path)
      return {
        isSymbolicLink: () => false,
        isDirectory: () => 'pending' in node,
        isFile: () => !('pending' in node),
        size: 'pending' in node ? 0 : node.now.length,
      }
    },
    mkdir: async (path: string) => {
      this.#step('mkdir')
      return this.#makeDirectories(path)
    },
    open: async (path: string, flags: number) => {
      this.#step('open')
      const creates = (flags & 0o100) !== 0 && !this.#find(path)
      if ((flags & 0o200) !== 0 && !creates) throw failure('EEXIST')
      if (creates) this.#change(dirname(path), (entries) => void entries.set(basename(path), file))
      const file: Node = creates ? { now: Buffer.alloc(0), synced: Buffer.alloc(0), writes: [] } : this.#found(path)
      if (creates) this.#applyLast(dirname(path))
      this.open++
      return this.#handle(file)
    },
    readdir: async (path: string, options?: { withFileTypes?: boolean }) => {
      this.#step('readdir')
      const entries = [...(this.#found(path) as DirectoryNode).now]
      return options?.withFileTypes
        ? entries.map(([name, node]) => ({ name, isFile: () => !('pending' in node) }))
        : entries.map(([name]) => name)
    },
    rename: async (from: string, to: string) => {
      this.#step('rename')
      const node = this.#found(from)
      this.#change(dirname(from), (entries) => {
        entries.delete(basename(from))
        entries.set(basename(to), node)
      })
      this.#applyLast(dirname(from))
    },
    unlink: async (path: string) => {
      this.#step('unlink')
      this.#found(path)
      this.#change(dirname(path), (entries) => void entries.delete(basename(path)))
      this.#applyLast(dirname(path))
    },
  } as unknown as FileSystem

  #handle(node: Node): unknown {
    return {
      writeFile: async (bytes: Uint8Array) => {
        const file = node as FileNode
        file.now = Buffer.from(bytes.subarray(0, bytes.length >> 1))
        this.#step('write half')
        file.now = Buffer.from(bytes)
        this.#step('write')
      },
      write: async (bytes: Uint8Array, from: number, length: number, at: number) => {
        this.#write(node as FileNode, bytes.subarray(from, from + length), at)
        return { bytesWritten: length }
      },
      writev: async (chunks: readonly Uint8Array[], at: number) => {
        const bytes = Buffer.concat(chunks)
        this.#write(node as FileNode, bytes, at)
        return { bytesWritten: bytes.length }
      },
      read: async (bytes: Uint8Array, from: number, length: number, at: number) => {
        this.#step('read')
        const found = (node as FileNode).now.subarray(at, at + length)
        bytes.set(found, from)
        return { bytesRead: found.length }
      },
      datasync: async () => this.#sync(node),
      sync: async () => this.#sync(node),
      stat: async () => ({ isFile: () => !('pending' in node), size: (node as FileNode).now.length }),
      readFile: async () => {
        this.#step('read')
        return Buffer.from((node as FileNode).now)
      },
      close: async () => {
        this.open--
        this.#step('close')
      },
    }
  }

  /** In place: half of the bytes, then the rest. */
  #write(file: FileNode, bytes: Uint8Array, at: number): void {
    const half = bytes.length >> 1
    for (const [from, to] of [
      [0, half],
      [half, bytes.length],
    ] as const) {
      const write = { at: at + from, bytes: Buffer.from(bytes.subarray(from, to)) }
      this.#step('write')
      file.now = written(file.now, write)
      file.writes.push(write)
    }
  }

  #sync(node: Node): void {
    this.#step('sync')
    if ('pending' in node) {
      node.synced = new Map(node.now)
      node.pending = []
    } else {
      node.synced = node.now
      node.writes = []
    }
  }

  #step(what: string): void {
    const step = this.steps++
    if (step >= this.powerCutAt) throw failure('EPOWER')
    if (step === this.failAt || this.broken.includes(what)) throw failure(this.code)
  }

  #makeDirectories(path: string): string | undefined {
    if (path === '/' || this.#find(path)) return undefined
    const first = this.#makeDirectories(dirname(path))
    const made = directory()
    this.#change(dirname(path), (entries) => void entries.set(basename(path), made))
    this.#applyLast(dirname(path))
    return first ?? path
  }

  #change(parent: string, change: (entries: Map<string, Node>) => void): void {
    ;(this.#found(parent) as DirectoryNode).pending.push(change)
  }

  #applyLast(parent: string): void {
    const node = this.#found(parent) as DirectoryNode
    node.pending.at(-1)?.(node.now)
  }

  #found(path: string): Node {
    const node = this.#find(path)
    if (!node) throw failure('ENOENT')
    return node
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.root
    for (const name of path.split('/').filter(Boolean)) node = (node as DirectoryNode | undefined)?.now?.get(name)
    return node
  }
}

function directory(): DirectoryNode {
  return { now: new Map(), synced: new Map(), pending: [] }
}

function survivor(node: Node, made: number, tear: Tear): Node {
  if (!('pending' in node)) {
    const bytes = node.now === node.synced ? node.synced : torn(node, tear)
    return { now: bytes, synced: bytes, writes: [] }
  }
  const found = new Map(node.synced)
  node.pending.forEach((change, i) => {
    if (made & (1 << i)) change(found)
  })
  const entries = [...found].map(([name, child]) => [name, survivor(child, made, tear)] as const)
  return { now: new Map(entries), synced: new Map(entries), pending: [] }
}

function reordered(node: Node, chance: () => number): Node {
  if (!('pending' in node)) {
    let bytes = node.synced
    for (const { at, bytes: all } of node.writes)
      for (let from = 0; from < all.length; from += 512)
        if (chance() < 0.5) bytes = written(bytes, { at: at + from, bytes: all.subarray(from, from + 512) })
    return { now: bytes, synced: bytes, writes: [] }
  }
  const found = new Map(node.synced)
  for (const change of node.pending) if (chance() < 0.5) change(found)
  const entries = [...found].map(([name, child]) => [name, reordered(child, chance)] as const)
  return { now: new Map(entries), synced: new Map(entries), pending: [] }
}

function written(file: Buffer, { at, bytes }: { readonly at: number; readonly bytes: Buffer }): Buffer {
  const grown = Buffer.alloc(Math.max(file.length, at + bytes.length))
  file.copy(grown)
  bytes.copy(grown, at)
  return grown
}

function torn({ now, synced }: FileNode, tear: Tear): Buffer {
  if (tear === 'lost') return synced
  if (tear === 'half') return now.subarray(0, now.length >> 1)
  return tear === 'zeros' ? Buffer.alloc(now.length) : now
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made to fail`), { code })
}
