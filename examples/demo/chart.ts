import type { Column } from './journal.js'
import { COLOR } from './scene.js'

/** Colours by state, and the shade that stands for what is expected. ANSI 256. */
const BY_STATE: Readonly<Record<Column['state'], number>> = {
  learning: COLOR.learning,
  normal: COLOR.good,
  outside: COLOR.odd,
  abnormal: COLOR.bad,
}
const SHADE = 237
const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** The expected band's upper edge stands here, from 0 to 1; what is above it has the rest. */
const EDGE = 0.5

/**
 * Bars over time, one character a second, with the expected band shaded behind them.
 *
 * Linear from zero to the band's upper edge, which is always half-way up; logarithmic above. So both can be seen: what is
 * normal, and how far out of it a fault is.
 */
export function chart(columns: readonly (Column | undefined)[], height: number): readonly string[] {
  const seen = columns.filter((column) => column !== undefined)
  const first = seen.find(({ band }) => band)?.band?.high
  const unknown = first ?? 1.5 * Math.max(...seen.map(({ value }) => value), 1e-9)
  const multiples = columns.map((column) => (column ? column.value / (column.band?.high ?? unknown) : 0))
  const top = Math.max(...multiples, 4)
  const rows = Array.from({ length: height }, (_, i) => height - 1 - i)
  return rows.map((row) =>
    columns.map((column, i) => (column ? cell(column, share(multiples[i] as number, top), row, height) : ' ')).join(''),
  )
}

/** Where a multiple of the band's upper edge stands, from 0 to 1. */
function share(multiple: number, top: number): number {
  if (multiple <= 1) return EDGE * Math.max(0, multiple)
  return Math.min(1, EDGE + ((1 - EDGE) * Math.log(multiple)) / Math.log(top))
}

function cell({ band, state }: Column, at: number, row: number, height: number): string {
  const eighths = Math.max(1, Math.round(at * height * 8)) - row * 8
  const bar = BARS[Math.min(8, Math.max(0, eighths))] as string
  const middle = (row + 0.5) / height
  const expected = band !== undefined && middle < EDGE && middle >= (EDGE * Math.max(0, band.low)) / band.high
  return `\x1b[38;5;${BY_STATE[state]}${expected ? `;48;5;${SHADE}` : ''}m${bar}\x1b[0m`
}
