import { chart } from './chart.js'
import type { Journal } from './journal.js'
import { COLOR, type Scene } from './scene.js'
import { figure, type SIGNALS } from './signals.js'
import { bold, dim, pad, paint } from './terminal.js'

/** Which seconds are shown, and how large. */
export interface Window {
  readonly from: number
  readonly columns: number
  /** Lines that a chart takes. */
  readonly rows: number
}

const LABELS = 24

/** The charts that fit into a terminal: all seconds of the demo, or the latest. */
export function windowOf(journal: Journal, width: number, height: number): Window {
  const columns = Math.max(20, Math.min(width - LABELS - 2, 110))
  return { from: Math.max(0, Math.ceil(journal.now / 1000) - columns), columns, rows: height >= 36 ? 4 : 1 }
}

/** One signal: its name, its state and its chart. */
export function signalRows({ label, unit }: (typeof SIGNALS)[number], journal: Journal, window: Window): string[] {
  const seen = journal.charts.get(label) ?? []
  const last = seen.at(-1)
  const now = last ? figure(last.value, unit) : '…'
  const usual = last?.band ? `${figure(Math.max(0, last.band.low), unit)} – ${figure(last.band.high, unit)}` : '?'
  const state = journal.abnormal.has(label) ? 'abnormal' : (last?.state ?? 'learning')
  const color = { abnormal: COLOR.bad, outside: COLOR.odd, learning: COLOR.learning, normal: COLOR.good }[state]
  const long = [bold(label), `now ${now}`, dim(`usual ${usual}`), paint(color, `● ${state}`)]
  const labels = window.rows === 1 ? [`${paint(color, '●')} ${label} ${now}`] : long
  const shown = Array.from({ length: window.columns }, (_, i) => seen[window.from + i])
  return chart(shown, window.rows).map((bars, i) => ` ${pad(labels[i] ?? '', LABELS)}${bars}`)
}

/** The time line below the charts, with the moments that matter. */
export function axis({ marks }: Scene, { from, columns }: Window): string {
  const signs = new Map(marks.map(({ at, sign }) => [Math.floor(at / 1000) - from, sign]))
  const line = Array.from({ length: columns }, (_, i) => {
    const sign = signs.get(i)
    return sign ? paint(sign === '▲' ? COLOR.bad : COLOR.good, sign) : dim('─')
  })
  return ` ${pad(dim('▲ fault   ✔ repaired'), LABELS)}${line.join('')}`
}
