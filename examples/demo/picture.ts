import { chart } from './chart.js'
import type { Entry } from './entry.js'
import { FAULTS } from './faults.js'
import type { Journal } from './journal.js'
import type { Receiver } from './receiver.js'
import { BASELINE } from './settings.js'
import { figure, filmTime, SIGNALS } from './signals.js'

/** What the driver is doing, for the picture's head. */
export interface Scene {
  /** 0 while the monitor learns, then the number of the fault; one more at the end. */
  act: number
  title: string
  marks: { readonly at: number; readonly sign: string; readonly text: string; readonly color: number }[]
}

const LABELS = 22
const ROWS = 4

/** The whole picture, as lines for a terminal of this size. */
export function picture(scene: Scene, journal: Journal, receiver: Receiver, width: number, height: number): string[] {
  const rows = height >= 36 ? ROWS : 1
  const columns = Math.max(20, Math.min(width - LABELS - 2, 110))
  const from = Math.max(0, Math.ceil(journal.now / 1000) - columns)
  const head = [...header(scene, journal, width), '']
  const charts = SIGNALS.flatMap((signal) => signalRows(signal, journal, rows, from, columns))
  const tail = ['', around(journal), '', ...exported(receiver), '']
  const room = Math.max(3, height - head.length - charts.length - tail.length - 3)
  const log = journal.entries.slice(-room).map((entry) => line(entry))
  return [...head, ...charts, axis(scene, from, columns), ...tail, ...log].map((text) => cut(text, width))
}

function header({ act, title }: Scene, journal: Journal, width: number): string[] {
  const name = bold(' pi-uptime: a shop that watches, heals and reports itself')
  const time = filmTime(journal.now)
  const steps = ['learns what is normal', ...FAULTS.map(({ name }) => name)].map((step, i) =>
    i < act ? paint(71, `✔ ${step}`) : i === act ? bold(`▶ ${step}`) : dim(`○ ${step}`),
  )
  return [`${name}${' '.repeat(Math.max(1, width - 62))}${time}`, ` ${steps.join(dim('  →  '))}`, ` ${paint(117, title)}`]
}

function signalRows({ label, unit }: (typeof SIGNALS)[number], journal: Journal, rows: number, from: number, columns: number): string[] {
  const seen = journal.charts.get(label) ?? []
  const shown = Array.from({ length: columns }, (_, i) => seen[from + i])
  const last = seen.at(-1)
  const now = last ? figure(last.value, unit) : ''
  const usual = last?.band ? `usual ${figure(Math.max(0, last.band.low), unit)} – ${figure(last.band.high, unit)}` : 'usual ?'
  const state = journal.abnormal.has(label)
    ? paint(203, '● abnormal')
    : last?.band === undefined
      ? paint(67, '● learning')
      : paint(71, '● normal')
  const labels = rows === 1 ? [`${label} ${now}`] : [bold(label), `now ${now}`, dim(usual), state]
  return chart(shown, rows).map((bars, i) => ` ${pad(labels[i] ?? '', LABELS)}${bars}`)
}

function axis({ marks }: Scene, from: number, columns: number): string {
  let text = ''
  let at = 0
  const place = (column: number, sign: string, length: number): void => {
    if (column < at || column + length > columns) return
    text += dim('─'.repeat(column - at)) + sign
    at = column + length
  }
  for (const { at, sign, text: words, color } of marks) {
    place(Math.floor(at / 1000) - from, paint(color, `${sign} ${words} `), words.length + 3)
  }
  return ` ${' '.repeat(LABELS)}${text}${dim('─'.repeat(Math.max(0, columns - at)))}`
}

function around({ load, health }: Journal): string {
  const customers = load ? `${load.ok} answers a second, slowest ${figure(load.slowest, 's')}${load.failed ? paint(203, `, ${load.failed} failed`) : ''}` : '…'
  const checks = health?.checks.map(({ name, status }) => `check ${name} ${statusOf(status)}`) ?? []
  const ready = health ? `service ${statusOf(health.ready)}` : ''
  return ` customers: ${customers}     ${[...checks, ready].join('     ')}`
}

function statusOf(status: string | undefined): string {
  return status === 'pass' ? paint(71, '● pass') : status === 'fail' ? paint(203, '● fail') : paint(178, `● ${status ?? '?'}`)
}

function exported(receiver: Receiver): string[] {
  const { points, names, events } = receiver.got
  const list = [...events].map(([name, count]) => `${name.replace('pi_uptime.', '')} ${count}`)
  return [
    ` OTLP receiver: ${points} points of ${names.size} metrics; log events: ${list.join(', ') || 'none yet'}`,
  ]
}

const KIND: Readonly<Record<Entry['kind'], readonly [number, string]>> = {
  demo: [117, 'demo'],
  fault: [203, 'INJECTED'],
  finding: [178, 'finding'],
  incident: [203, 'incident'],
  alert: [178, 'alert'],
  action: [117, 'action'],
  verified: [71, 'VERIFIED'],
  closed: [71, 'closed'],
  trouble: [203, 'trouble'],
}

/** An entry of the log, in one line. */
export function line({ at, kind, text }: Entry, colors = true): string {
  const [color, word] = KIND[kind]
  const label = word.padEnd(9)
  return ` ${filmTime(at).padStart(5)}  ${colors ? paint(color, label) : label} ${text}`
}
