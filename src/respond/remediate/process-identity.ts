import { readFileSync } from 'node:fs'

/** A process, told apart from a later one with the same number by the moment of its start. Plain data. */
export interface ProcessIdentity {
  readonly pid: number
  /** Boot and start time, where the platform tells; empty where not. */
  readonly start: string
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '' }
}

/** Whether that very process still lives. Where the platform does not tell when a process has started, its number decides. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  const now = startOf(pid)
  if (now !== undefined && start !== '') return now === start
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether that is this process. */
export function isOwn(other: ProcessIdentity): boolean {
  const own = ownIdentity()
  return other.pid === own.pid && other.start === own.start
}

/** Linux: the boot's id, and the start in clock ticks since then, the 22nd field of `stat`. `undefined` when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}
