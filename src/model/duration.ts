import { ConfigError } from './errors.js'

/**
 * A span of time: a number of milliseconds, or a number with a unit, such as `'250ms'`, `'90s'`, `'5m'`, `'1.5h'`, `'30d'`.
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

/** The accepted range of a {@link duration}, in milliseconds, both ends included. */
export interface DurationRange {
  /** @defaultValue 1 */
  readonly min?: number
  /** @defaultValue 3650 days */
  readonly max?: number
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }
const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/**
 * Milliseconds of a {@link Duration}, checked.
 *
 * @param field - the option's full name, for the error: `'ewma.halfLife'`.
 * @throws ConfigError when it is no duration, or lies outside the range.
 * @example
 * duration('alert.remind', '4h') // 14_400_000
 */
export function duration(field: string, value: Duration, range: DurationRange = {}): number {
  const { min = 1, max = 3650 * 864e5 } = range
  const ms = milliseconds(value)
  if (!(ms >= min && ms <= max)) {
    throw new ConfigError(field, `a duration from ${describe(min)} to ${describe(max)}, such as '90s' or 90000`, value)
  }
  return ms
}

function milliseconds(value: unknown): number {
  if (typeof value === 'number') return value
  const match = typeof value === 'string' ? FORM.exec(value) : null
  return match ? Number(match[1]) * (UNITS[match[2] as string] as number) : Number.NaN
}

/**
 * A span of milliseconds in words that a person reads at a glance: `'250 ms'`, `'42 s'`, `'3 min 20 s'`, `'2 h 5 min'`, `'12 d'`.
 */
export function describe(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 6e4) return `${+(ms / 1000).toFixed(ms < 1e4 ? 1 : 0)} s`
  const [big, small, bigName, smallName] =
    ms < 36e5 ? [6e4, 1e3, 'min', 's'] : ms < 864e5 ? [36e5, 6e4, 'h', 'min'] : ([864e5, 36e5, 'd', 'h'] as const)
  const whole = Math.floor(ms / big)
  const rest = Math.floor((ms - whole * big) / small)
  return rest > 0 ? `${whole} ${bigName} ${rest} ${smallName}` : `${whole} ${bigName}`
}
