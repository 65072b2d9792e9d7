import { promises } from 'node:fs'
import { figure, type Remediation } from '../../model/index.js'
import type { Refusal } from './guards/guard.js'

/** A refusal when there is not the room that a step needs, or when that cannot be found out. */
export async function missingRoom({ name, needs }: Remediation): Promise<Refusal | undefined> {
  const { disk = 0, memory = 0, path = '.' } = needs ?? {}
  if (disk > 0) {
    const { bavail, bsize } = await promises.statfs(path)
    if (bavail * bsize < disk) return lacks(name, disk, bavail * bsize, 'on the disk')
  }
  const left = memory > 0 ? process.availableMemory() : 0
  return left < memory ? lacks(name, memory, left, 'of memory') : undefined
}

function lacks(name: string, needed: number, free: number, where: string): Refusal {
  return {
    guard: 'room',
    reason: `${name} needs ${figure(needed, 'By')} ${where}, and there are ${figure(free, 'By')}`,
  }
}
