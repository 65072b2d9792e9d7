import { promises } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { ConfigError, checkOptions, figure, integerIn, type Remediation, textIn } from '../../model/index.js'

/** How a {@link rotateLog} keeps old files. */
export interface RotateOptions {
  /** Old files that are kept. From 1 to 100. @defaultValue 3 */
  readonly keep?: number
  /** Makes the writer open its file anew. @defaultValue nothing is told */
  readonly reopen?: () => unknown
}

/**
 * Renames a log to `.1`, the one before to `.2` and so on, and removes the oldest. A file that is empty or not there is left alone,
 * so doing it twice is harmless. Nothing to undo.
 *
 * @throws ConfigError when `path` is not absolute, or `keep` out of range.
 */
export function rotateLog(path: string, options: RotateOptions = {}): Remediation {
  checkOptions('rotateLog', options, ['keep', 'reopen'])
  absolute('rotateLog.path', path)
  const keep = integerIn('rotateLog.keep', options.keep ?? 3, 1, 100)
  return {
    name: 'rotate the log',
    async precondition() {
      const stat = await promises.lstat(path).catch(() => undefined)
      return stat?.isFile() && stat.size > 0 ? undefined : 'there is nothing to rotate'
    },
    async apply() {
      await promises.rm(`${path}.${keep}`, { force: true })
      for (let i = keep - 1; i >= 1; i--) await rename(`${path}.${i}`, `${path}.${i + 1}`)
      await rename(path, `${path}.1`)
      await options.reopen?.()
    },
  }
}

/**
 * Writes a snapshot of the heap for people to look at. Heavy: it blocks the event loop, and needs twice the heap in memory and on the
 * disk, which is asked for before. Overwrites the last one, so there is one at the most. Nothing to undo.
 *
 * @param dir - absolute.
 * @throws ConfigError when it is not.
 */
export function heapSnapshot(dir: string): Remediation {
  absolute('heapSnapshot.dir', dir)
  return {
    name: 'heap snapshot',
    async precondition() {
      const need = 2 * process.memoryUsage().heapUsed
      const { bavail, bsize } = await promises.statfs(dir)
      if (bavail * bsize < need) return `it needs ${figure(need, 'By')} on the disk`
      return process.availableMemory() < need ? `it needs ${figure(need, 'By')} of memory` : undefined
    },
    apply() {
      const { writeHeapSnapshot } = process.getBuiltinModule('node:v8')
      return writeHeapSnapshot(join(dir, 'pi-uptime.heapsnapshot'))
    },
  }
}

function absolute(field: string, path: string): void {
  if (!isAbsolute(textIn(field, path, 1_000))) throw new ConfigError(field, 'an absolute path', path)
}

async function rename(from: string, to: string): Promise<void> {
  await promises.rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
