import { ConfigError, type Duration, type Selector } from '../../model/index.js'

/** One document, as far as it is looked at. */
export interface OpenSloDocument {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly displayName?: string }
  readonly spec: Readonly<Record<string, unknown>>
}

/** Where a metric comes from. `type: 'pi-uptime'` with `spec: { signal }` is ours; any other is read by `signalOf`. */
export interface OpenSloSource {
  readonly metricSourceRef?: string
  readonly type?: string
  readonly spec?: Readonly<Record<string, unknown>>
}

/** The signals of a metric source that is not ours, such as a Prometheus query; `undefined` where there are none. */
export type SignalOf = (source: OpenSloSource) => Selector | undefined

export const VERSION = 'openslo/v1'
export const OURS = 'pi-uptime'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 7 * 86_400 }

/** What may be anything, as a record. */
export function recordIn(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new ConfigError(field, 'an object', value)
}

/** OpenSLO's durations: `30m`, `28d`, `4w`; months, quarters and years are for calendars alone. */
export function durationIn(field: string, text: unknown): Duration {
  const [, amount, unit] = (typeof text === 'string' && /^(\d+)([smhdw])$/.exec(text)) || []
  const seconds = UNITS[unit ?? '']
  if (amount === undefined || seconds === undefined) throw new ConfigError(field, "a duration such as '28d'", text)
  return Number(amount) * seconds * 1000
}

/** The calendar period that is meant, which must be of UTC. */
export function calendarIn(field: string, window: Readonly<Record<string, unknown>>): 'week' | 'month' {
  const { timeZone = 'UTC' } = recordIn(`${field}.calendar`, window.calendar)
  if (timeZone !== 'UTC') throw new ConfigError(`${field}.calendar.timeZone`, "'UTC'", timeZone)
  if (window.duration === '1w') return 'week'
  if (window.duration === '1M') return 'month'
  throw new ConfigError(`${field}.duration`, "'1w' or '1M' of a calendar", window.duration)
}
