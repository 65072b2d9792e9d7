import { join, resolve } from 'node:path'
import { checkOptions, integerIn, type Lease, textIn } from '../../model/index.js'
import { isAlive, ownIdentity } from '../../respond/remediate/process-identity.js'
import { nodeFileSystem, openFlags, unless } from '../file-system.js'
import { makeDirectory } from '../replace-file.js'

/** How a {@link fileLease} is limited. */
export interface FileLeaseOptions {
  /** How many may hold a slot at once. From 1 to 100. @defaultValue 1 */
  readonly slots?: number
}

/** A claim says in its name whose it is, so that it comes into being whole: `PID~START~RANDOM`. */
const CLAIM = /^(\d+)~([^~]*)~[0-9a-f-]+$/

/**
 * A lease among the processes of one host: who wants a slot lays a claim, an empty file that names its process with the time of its
 * start, and takes it back when there are too many beside it. Two that come at once may both step back, and ask again later; never
 * do both go on. The claim of a process that is gone counts no more; one that is alive keeps its own, however long.
 *
 * @param dir - made when it is first used; the same for all. For several hosts a shared directory is not enough.
 * @throws ConfigError when an option is out of range.
 * @example
 * remediate({ name: 'restart', when: { check: 'memory' }, steps: [restartSelf()], lease: fileLease('/run/shop/leases') })
 */
export function fileLease(dir: string, options: FileLeaseOptions = {}): Lease {
  checkOptions('fileLease', options, ['slots'])
  const path = resolve(textIn('fileLease.dir', dir, 3_000))
  const slots = integerIn('fileLease.slots', options.slots ?? 1, 1, 100)
  return {
    name: `fileLease ${path}`,
    async acquire() {
      const fs = nodeFileSystem()
      await makeDirectory(fs, path)
      const { pid, start } = ownIdentity()
      const own = `${pid}~${start}~${process.getBuiltinModule('node:crypto').randomUUID()}`
      const release = (): Promise<void> => fs.unlink(join(path, own)).catch(unless('ENOENT'))
      const { O_WRONLY, O_CREAT, O_EXCL } = openFlags()
      await (await fs.open(join(path, own), O_WRONLY | O_CREAT | O_EXCL, 0o600)).close()
      const others = (await fs.readdir(path)).filter((name) => name !== own)
      const living = others.filter((name) => isHeld(name))
      for (const name of others)
        if (CLAIM.test(name) && !living.includes(name)) await fs.unlink(join(path, name)).catch(unless('ENOENT'))
      if (living.length < slots) return { release }
      await release()
      return undefined
    },
  }
}

function isHeld(name: string): boolean {
  const [, pid, start] = CLAIM.exec(name) ?? []
  return start !== undefined && isAlive({ pid: Number(pid), start })
}
