import { codeOf, type FileSystem, nodePath, openFlags } from './file-system.js'

const TEMPORARY = /^\.pi-uptime-(\d+)-[0-9a-f]{16}\.tmp$/

/** Temporary files of this process that are being written. One set for all copies of this module. */
function liveFiles(): Set<string> {
  const shared = globalThis as { [LIVE]?: Set<string> }
  shared[LIVE] ??= new Set()
  return shared[LIVE]
}

const LIVE = Symbol.for('pi-uptime.temporary-files')

/**
 * Puts `bytes` in place of the file `name` in `dir`, atomically: a new file beside it, synced, renamed over the old one, and
 * the directory synced.
 *
 * After a crash at any point the file holds the old bytes or the new ones. When it rejects the old ones are there, but for
 * the last step: a directory that cannot be synced leaves the new bytes in place, not yet safe from a power cut.
 */
export async function replaceFile(fs: FileSystem, dir: string, name: string, bytes: Uint8Array): Promise<void> {
  const { randomBytes } = process.getBuiltinModule('node:crypto') // when it is needed: loading it costs much
  const { join } = nodePath()
  const temporary = join(dir, `.pi-uptime-${process.pid}-${randomBytes(8).toString('hex')}.tmp`)
  liveFiles().add(temporary)
  try {
    await writeSynced(fs, temporary, bytes)
    await fs.rename(temporary, join(dir, name))
  } catch (error) {
    await fs.unlink(temporary).catch(() => {})
    throw error
  } finally {
    liveFiles().delete(temporary)
  }
  await syncDirectory(fs, dir)
}

async function writeSynced(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = openFlags()
  const file = await fs.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a rename or a removal safe from a power cut, where the platform can. */
export async function syncDirectory(fs: FileSystem, dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(dir, openFlags().O_RDONLY)
  try {
    await handle.sync()
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error
  } finally {
    await handle.close()
  }
}

/** Makes a directory that only its owner can enter, with its parents, safe from a power cut. One that is there stays as it is. */
export async function makeDirectory(fs: FileSystem, dir: string): Promise<void> {
  const first = await fs.mkdir(dir, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const { dirname } = nodePath()
  for (let made = dir; made.length >= first.length; made = dirname(made)) await syncDirectory(fs, dirname(made))
}

/** Removes what a killed process has left half-written. What it cannot remove stays. */
export async function removeLeftovers(fs: FileSystem, dir: string): Promise<void> {
  const names = await fs.readdir(dir).catch(() => [])
  for (const name of names) {
    const owner = TEMPORARY.exec(name)?.[1]
    const path = nodePath().join(dir, name)
    if (owner !== undefined && !inUse(Number(owner), path)) await fs.unlink(path).catch(() => {})
  }
}

function inUse(owner: number, path: string): boolean {
  if (owner === process.pid) return liveFiles().has(path)
  try {
    process.kill(owner, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
