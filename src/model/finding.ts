import type { Band } from './detector.js'
import type { Signal } from './signal.js'

/** The `watcher` of a finding by which a remediation says that it has given up. */
export const ESCALATION = 'remediate'

/** How bad. `info` is kept and exported, `warning` tells people, `critical` is for now. */
export type Severity = 'info' | 'warning' | 'critical'

/** Whether a claim or a group of them still holds. */
export type State = 'open' | 'closed'

/** One watcher's claim about one signal. A value: every change is a new one with the same `id`. */
export interface Finding {
  /** Stable for the life of the finding, the same in a replay. */
  readonly id: string
  /** The watcher that claims it: `'anomaly'`. */
  readonly watcher: string
  readonly signal: Signal
  readonly state: State
  readonly severity: Severity
  /** The highest score so far, in sigmas; of a finding that has opened again, since then. */
  readonly score: number
  /** The last value seen, in the signal's unit. */
  readonly value: number
  /** What was expected instead, where the watcher knows. */
  readonly expected?: Band
  /** Which statistic spoke, in a few words, where the watcher knows: `'its level'`. */
  readonly statistic?: string
  /** Of a forecast: when the signal reaches its limit, and the band of that, in milliseconds since the epoch. */
  readonly exhaustion?: { readonly at: number; readonly low: number; readonly high: number }
  /** When the deviation began, in milliseconds since the epoch; of a finding that has opened again, the present one. */
  readonly since: number
  /** When it opened first. */
  readonly openedAt: number
  readonly updatedAt: number
  readonly closedAt?: number
  /** One plain sentence. */
  readonly summary: string
}

/**
 * Whether a closed finding's signal came back to where it was expected. A finding also closes when the signal has settled
 * elsewhere, its new normal, or has fallen silent: that is not recovering. The band counts twice as wide as it was.
 */
export function hasRecovered({ state, value, expected }: Finding): boolean {
  if (state === 'open') return false
  return expected === undefined || Math.abs(value - expected.value) <= expected.high - expected.low
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 }

/** Order of severities: above 0 when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b]
}

/** A short stable identifier for what its parts say, such as `f-1k2x9q0zb3`. 53 bits, FNV-style (cyrb53). */
export function idOf(prefix: string, ...parts: readonly (string | number)[]): string {
  const text = parts.join('\n')
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return `${prefix}-${(4294967296 * (2097151 & b) + (a >>> 0)).toString(36)}`
}
