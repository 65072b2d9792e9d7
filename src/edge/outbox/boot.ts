import type { Clock } from '../../model/index.js'

/** The machine's present run, and the monotonic time since it began. */
export interface Boot {
  /** 32 hex digits; the same for all processes of one run of the machine. */
  readonly id: string
  /** Milliseconds. */
  uptime(): number
}

/** Of this machine; where it has no boot id each process counts as a boot of its own. */
export function machineBoot(): Boot {
  const { readFileSync } = process.getBuiltinModule('node:fs')
  let id: string | undefined
  try {
    id = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '').trim().toLowerCase()
  } catch {
    // not Linux
  }
  const known = id !== undefined && /^[0-9a-f]{32}$/.test(id)
  return { id: known ? (id as string) : randomId(), uptime: () => Number(process.hrtime.bigint()) / 1e6 }
}

/** Of a clock that is not the machine's, as in a test. */
export function bootOf(clock: Clock, id: string = randomId()): Boot {
  return { id, uptime: () => clock.elapsed() }
}

function randomId(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex')
}
