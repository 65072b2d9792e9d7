const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/**
 * A number with its unit as people read it: `'1.41 s'`, `'230 ms'`, `'512 MB'`, `'37 job'`, `'92 %'` for a utilization.
 */
export function figure(value: number, unit: string): string {
  if (unit === 's') return Math.abs(value) < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`
  if (unit === 'By' || unit === 'By/s') return bytes(value) + unit.slice(2)
  if (unit === '1' || unit === '') return digits(value)
  return `${digits(value)} ${unit.replace(/[{}]/g, '')}`
}

/** At most three significant digits, without an exponent where it can be helped. */
export function digits(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2)
  return size >= 1000 ? String(Math.round(value)) : String(+value.toPrecision(3))
}

function bytes(value: number): string {
  const step = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)))
  return `${digits(value / 1000 ** step)} ${BYTES[step]}`
}

/** Hour and minute in UTC; the date as well when it is another day. */
export function clockTime(then: number, now: number): string {
  const [text, today] = [new Date(then), new Date(now)].map((date) => date.toISOString()) as [string, string]
  const hour = `${text.slice(11, 16)} UTC`
  return text.slice(0, 10) === today.slice(0, 10) ? hour : `${text.slice(0, 10)} ${hour}`
}
