import { ConfigError, type Duration, duration, integerIn, textIn } from '../../model/index.js'

/**
 * A time of the day or the week that comes again and again, in plain data.
 *
 * Either by the hour, `{ from: '22:00', to: '06:00', days: [1, 2, 3, 4, 5], timeZone: 'Europe/Berlin' }`, or by a cron expression
 * that begins it, `{ cron: '0 22 * * 1-5', for: '8h', timeZone: 'Europe/Berlin' }`, which needs the package `croner`.
 */
export type TimeWindow = ClockWindow | CronWindow

/** A {@link TimeWindow} by the hour. One that ends before it begins goes over midnight, and belongs to the day it begins on. */
export interface ClockWindow {
  /** `'HH:MM'`, the first minute in it. @defaultValue `'00:00'` */
  readonly from?: string
  /** `'HH:MM'`, the first minute after it. @defaultValue `'24:00'` */
  readonly to?: string
  /** Days that it begins on: 0 is Sunday. @defaultValue every day */
  readonly days?: readonly number[]
  /** An IANA name. @defaultValue `'UTC'` */
  readonly timeZone?: string
}

/** A {@link TimeWindow} by a cron expression. */
export interface CronWindow {
  /** When it begins: five fields, or six with seconds. */
  readonly cron: string
  /** How long it lasts: from 1 min to 31 d. */
  readonly for: Duration
  /** An IANA name. @defaultValue `'UTC'` */
  readonly timeZone?: string
}

/** A {@link TimeWindow}, checked. */
export interface Season {
  /** Whether a moment, in milliseconds since the epoch, is in it. */
  has(time: number): boolean
  load?(): Promise<unknown>
}

const MINUTE = 6e4
const DAY = 1440
const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/
const CRON = /^\S+(?: +\S+){4,5}$/

/** @throws ConfigError naming the field. */
export function season(field: string, window: TimeWindow): Season {
  if (typeof window !== 'object' || window === null)
    throw new ConfigError(field, "a window such as { from: '22:00', to: '06:00' }", window)
  const timeZone = zoneIn(`${field}.timeZone`, window.timeZone ?? 'UTC')
  return 'cron' in window ? byCron(field, window, timeZone) : byClock(field, window, timeZone)
}

function byClock(field: string, window: ClockWindow, timeZone: string): Season {
  const from = minuteIn(`${field}.from`, window.from ?? '00:00')
  const to = minuteIn(`${field}.to`, window.to ?? '24:00')
  const days = window.days ?? [0, 1, 2, 3, 4, 5, 6]
  if (!Array.isArray(days) || days.length === 0) throw new ConfigError(`${field}.days`, 'a list of days, 0 to 6', days)
  for (const day of days) integerIn(`${field}.days`, day, 0, 6)
  const local = localTime(timeZone)
  return {
    has(time) {
      const { day, minute } = local(time)
      if (from < to) return days.includes(day) && minute >= from && minute < to
      return minute >= from ? days.includes(day) : minute < to && days.includes((day + 6) % 7)
    },
  }
}

function byCron(field: string, window: CronWindow, timezone: string): Season {
  const pattern = textIn(`${field}.cron`, window.cron, 200)
  if (!CRON.test(pattern)) throw new ConfigError(`${field}.cron`, 'a cron expression of five or six fields', pattern)
  const span = duration(`${field}.for`, window.for, { min: MINUTE, max: 31 * 864e5 })
  let next: ((after: Date) => Date | null) | undefined
  return {
    async load() {
      const { Cron } = await import('croner')
      const cron = new Cron(pattern, { timezone, paused: true })
      next = (after) => cron.nextRun(after)
    },
    has(time) {
      if (!next) throw new Error('the cron expression is not loaded yet')
      const began = next(new Date(time - span))
      return began !== null && began.getTime() <= time
    },
  }
}

function minuteIn(field: string, text: string): number {
  const [whole, hours = '24', minutes = '0'] = (typeof text === 'string' && TIME.exec(text)) || []
  if (whole === undefined) throw new ConfigError(field, "a time such as '22:00'", text)
  return Number(hours) * 60 + Number(minutes)
}

function zoneIn(field: string, timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: textIn(field, timeZone) })
    return timeZone
  } catch {
    throw new ConfigError(field, "a time zone such as 'Europe/Berlin'", timeZone)
  }
}

/** The weekday and the minute of the day, as a clock on the wall there shows them. */
function localTime(timeZone: string): (time: number) => { readonly day: number; readonly minute: number } {
  const options = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const format = new Intl.DateTimeFormat('en-GB', options)
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
    const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.weekday ?? '')
    return { day, minute: (Number(parts.hour) * 60 + Number(parts.minute)) % DAY }
  }
}
