import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileStore } from '../../src/edge/index.js'
import { storeLaws } from './store-laws.js'

const made: string[] = []

async function directory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'file-store-'))
  made.push(dir)
  return dir
}

afterAll(async () => {
  for (const dir of made) await rm(dir, { recursive: true, force: true })
})

/** A process id that belonged to nobody: above what the kernel gives. */
const NOBODY = 2 ** 30

storeLaws('a file store', async () => fileStore(join(await directory(), 'deep', 'down')))

test('nothing is made before the first write', async () => {
  const dir = join(await directory(), 'state')
  const store = fileStore(dir)
  expect(await store.get('key')).toBeUndefined()
  expect(await store.keys('')).toEqual([])
  await store.delete('key')
  await expect(stat(dir)).rejects.toThrow('ENOENT')
})

test('files are for their owner alone, and so is a directory that had to be made', async () => {
  const parent = await directory()
  const dir = join(parent, 'a', 'b')
  const mask = process.umask(0)
  await fileStore(dir)
    .set('key', Buffer.from('x'))
    .finally(() => process.umask(mask))
  expect((await stat(join(dir, 'key'))).mode & 0o777).toBe(0o600)
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
  expect((await stat(join(parent, 'a'))).mode & 0o777).toBe(0o700)
})

test('what is set can be read by the next process, and no other file is left', async () => {
  const dir = await directory()
  const store = fileStore(dir)
  for (let i = 0; i < 20; i++) await store.set('key', Buffer.from(`${i}`))
  expect(await readFile(join(dir, 'key'), 'utf8')).toBe('19')
  expect(await readdir(dir)).toEqual(['key'])
  expect(Buffer.from((await fileStore(dir).get('key')) as Uint8Array).toString()).toBe('19')
})

test('a symbolic link is not read through, not written through, and set puts a file in its place', async () => {
  const dir = await directory()
  const elsewhere = join(await directory(), 'secret')
  await writeFile(elsewhere, 'secret')
  await symlink(elsewhere, join(dir, 'key'))
  const store = fileStore(dir)
  await expect(store.get('key')).rejects.toThrow('symbolic link')
  expect(await store.keys('')).toEqual([])
  await store.set('key', Buffer.from('mine'))
  expect(await readFile(elsewhere, 'utf8')).toBe('secret')
  expect(Buffer.from((await store.get('key')) as Uint8Array).toString()).toBe('mine')
})

test('a directory that is a symbolic link is refused by every verb, also when it ends in a slash', async () => {
  const real = await directory()
  const link = join(await directory(), 'link')
  await symlink(real, link)
  for (const path of [link, `${link}/`]) {
    const store = fileStore(path)
    await expect(store.get('key')).rejects.toThrow('symbolic link')
    await expect(store.set('key', Buffer.from('x'))).rejects.toThrow('symbolic link')
    await expect(store.delete('key')).rejects.toThrow('symbolic link')
    await expect(store.keys('')).rejects.toThrow('symbolic link')
  }
  expect(await readdir(real)).toEqual([])
})

test('a directory, a socket or a pipe under a key is refused and never waited for', async () => {
  const dir = await directory()
  await mkdir(join(dir, 'folder'))
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const server = createServer().listen(join(dir, 'socket'))
  await once(server, 'listening')
  const store = fileStore(dir)
  expect(await store.keys('')).toEqual([])
  await expect(store.get('folder')).rejects.toThrow('not a plain file')
  await expect(store.get('pipe')).rejects.toThrow('not a plain file')
  await expect(store.get('socket')).rejects.toThrow()
  server.close()
  await expect(store.set('folder', Buffer.from('x'))).rejects.toThrow()
  await expect(store.delete('folder')).rejects.toThrow()
  expect((await readdir(dir)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('a path that cannot be a directory rejects and does not throw', async () => {
  const file = join(await directory(), 'file')
  await writeFile(file, 'x')
  for (const path of [file, join(file, 'below')]) {
    const store = fileStore(path)
    await expect(store.set('key', Buffer.from('x'))).rejects.toThrow()
    await expect(store.get('key')).rejects.toThrow()
  }
})

test('a directory that is removed while the store is in use is made again', async () => {
  const dir = await directory()
  const store = fileStore(dir)
  await store.set('key', Buffer.from('1'))
  await rm(dir, { recursive: true })
  expect(await store.get('key')).toBeUndefined()
  await store.set('key', Buffer.from('2'))
  expect(await readFile(join(dir, 'key'), 'utf8')).toBe('2')
})

test('what a killed process has left is removed at the first use; what a living one is writing stays, and so do strangers', async () => {
  const dir = await directory()
  const hex = '0123456789abcdef'
  const leftovers = [`.pi-uptime-${NOBODY}-${hex}.tmp`, `.pi-uptime-${process.pid}-${hex}.tmp`]
  const strangers = ['.hidden', `.pi-uptime-${process.ppid}-${hex}.tmp`, '.pi-uptime-notes.tmp', 'notes.tmp']
  for (const name of [...leftovers, ...strangers]) await writeFile(join(dir, name), 'x')
  await fileStore(dir).get('key')
  expect((await readdir(dir)).sort()).toEqual(strangers.sort())
})

test('a second store on the same directory does not take away what the first is writing', async () => {
  const dir = await directory()
  const [first, big] = [fileStore(dir), new Uint8Array(2e7)]
  const writing = first.set('key', big)
  for (let i = 0; i < 50; i++) await fileStore(dir).get('other')
  await writing
  expect((await first.get('key'))?.length).toBe(big.length)
})

test('a file larger than the limit is refused without being read, and so are bytes', async () => {
  const dir = await directory()
  await writeFile(join(dir, 'huge'), '')
  await truncate(join(dir, 'huge'), 2 ** 40) // sparse
  await expect(fileStore(dir).get('huge')).rejects.toThrow('reads at most 268435456')
  const small = fileStore(dir, { maxBytes: 3 })
  await small.set('key', Buffer.from('123'))
  await expect(small.set('key', Buffer.from('1234'))).rejects.toThrow('at most 3')
  expect((await small.get('key'))?.length).toBe(3)
})

test('reading changes nothing on disk', async () => {
  const dir = await directory()
  const store = fileStore(dir)
  await store.set('key', Buffer.from('x'))
  await utimes(dir, 1, 1)
  await store.get('key')
  await store.keys('')
  await store.delete('other')
  expect((await stat(dir)).mtimeMs).toBe(1_000)
})

test('a relative path means the working directory of when the store was built', async () => {
  const [then, later, back] = [await directory(), await directory(), process.cwd()]
  try {
    process.chdir(then)
    const store = fileStore('state')
    process.chdir(later)
    await store.set('key', Buffer.from('x'))
  } finally {
    process.chdir(back)
  }
  expect(await readdir(then)).toEqual(['state'])
  expect(await readdir(later)).toEqual([])
})

test('a directory or a limit that cannot work is refused at once', () => {
  for (const dir of ['', 5, undefined, null, 'a\0b', 'x'.repeat(3_001)] as string[]) {
    expect(() => fileStore(dir)).toThrow('fileStore.dir must be')
  }
  for (const maxBytes of [0, -1, 1.5, Number.NaN, 2 ** 32]) {
    expect(() => fileStore('state', { maxBytes })).toThrow('fileStore.maxBytes must be')
  }
})
