import { linesOf, numberOf } from '../machine/text.js'

/** Seconds since the boot in which some threads, or all, waited for a resource. */
export interface Pressure {
  readonly some?: number
  readonly full?: number
}

const LINE = /^(some|full) .{0,100}\btotal=(\d{1,20})$/

/** A file of /proc/pressure. The totals, from which a window of our own follows; not the means over fixed windows. */
export function parsePressure(text: string): Pressure {
  const totals: { some?: number; full?: number } = {}
  for (const line of linesOf(text, 4)) {
    const [, kind, micros] = LINE.exec(line.trim()) ?? []
    const value = numberOf(micros)
    if (kind !== undefined && value !== undefined) totals[kind as 'some' | 'full'] = value / 1e6
  }
  return totals
}
