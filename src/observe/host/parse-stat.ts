import { countsOf, fieldsOf, linesOf, numberOf } from '../machine/text.js'

/** Time in each mode, of all CPUs together, in any unit. */
export interface CpuTimes {
  readonly user: number
  readonly nice: number
  readonly system: number
  readonly idle: number
  readonly iowait: number
  readonly interrupt: number
  readonly steal: number
}

/** The first line of /proc/stat. Kernels of old leave the later fields out. */
export function parseCpuTimes(text: string): CpuTimes | undefined {
  const [name, ...rest] = fieldsOf(linesOf(text, 1)[0] ?? '')
  const counts = name === 'cpu' && rest.length >= 4 ? countsOf(rest.slice(0, 8)) : undefined
  if (!counts) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = counts
  return { user, nice, system, idle, iowait, interrupt: irq + softirq, steal }
}

/** /proc/loadavg: means over 1, 5 and 15 min. */
export function parseLoad(text: string): readonly [number, number, number] | undefined {
  const [one, five, fifteen] = countsOf(fieldsOf(text).slice(0, 3)) ?? []
  return one === undefined || five === undefined || fifteen === undefined ? undefined : [one, five, fifteen]
}

/** /proc/uptime: seconds since the boot. */
export function parseUptime(text: string): number | undefined {
  return numberOf(fieldsOf(text)[0])
}
