import { fieldsOf, linesOf, numberOf } from '../machine/text.js'

/** No group is nested deeper than is looked. */
const DEEPEST = 16
/** Version 1 says "no limit" by a number that no machine has. */
const UNLIMITED = 2 ** 60

/** Where this process's control group is: one path in version 2, one for each controller in version 1. */
export interface CgroupPaths {
  readonly version: 1 | 2
  /** By controller; `''` is the one of version 2. */
  readonly paths: ReadonlyMap<string, string>
}

/** /proc/self/cgroup. A machine with both versions limits by version 1. */
export function parseCgroup(text: string): CgroupPaths | undefined {
  const paths = new Map<string, string>()
  for (const line of linesOf(text, 64)) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.{0,4000})$/.exec(line) ?? []
    if (path === undefined || path.split('/').includes('..')) continue
    for (const controller of (controllers ?? '').split(',').slice(0, DEEPEST)) paths.set(controller, path)
  }
  if (paths.has('cpu') || paths.has('memory')) return { version: 1, paths }
  return paths.has('') ? { version: 2, paths } : undefined
}

/** A group and those that it is in, the innermost first: each may limit it. */
export function ancestorsOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '')
  const all = parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`)
  return [...all.slice(0, DEEPEST - 1), '/']
}

/** cpu.max, `quota period` or `max period`: CPUs; `undefined` without a limit. */
export function parseCpuMax(text: string): number | undefined {
  const [quota, period] = fieldsOf(text)
  return cpusOf(numberOf(quota), numberOf(period ?? '100000'))
}

/** The same in the two files of version 1, where -1 is no limit. */
export function cpusOf(quota: number | undefined, period: number | undefined): number | undefined {
  return quota === undefined || period === undefined || quota <= 0 || period < 1 ? undefined : quota / period
}

/** memory.max, pids.max and their like: a number, or `max`. */
export function parseLimit(text: string): number | undefined {
  const value = numberOf(text)
  return value === undefined || value < 0 || value >= UNLIMITED ? undefined : value
}
