import type { OtlpSink } from '../../test/real/sink/otlp-sink.js'
import type { Entry } from './entry.js'
import { FAULTS } from './faults.js'
import type { Journal } from './journal.js'
import { received } from './receiver.js'
import { COLOR, type Scene } from './scene.js'
import { axis, signalRows, windowOf } from './signal-rows.js'
import { figure, filmTime, SIGNALS } from './signals.js'
import { bold, cut, dim, pad, paint } from './terminal.js'

/** The whole picture, as lines for a terminal of this size: what is done, the signals, what happened, what was exported. */
export function picture(scene: Scene, journal: Journal, sink: OtlpSink, width: number, height: number): string[] {
  const window = windowOf(journal, width, height)
  const apart = height >= 42 ? [''] : []
  const charts = SIGNALS.flatMap((signal, i) => [...(i > 0 ? apart : []), ...signalRows(signal, journal, window)])
  const above = [...header(scene, journal, width), '', ...charts, axis(scene, window), around(journal), '']
  const below = ['', exported(sink)]
  const room = Math.max(1, height - above.length - below.length)
  const log = journal.entries.slice(-room).map((entry) => line(entry))
  const blank = Array.from({ length: room - log.length }, () => '')
  return [...above, ...log, ...blank, ...below].map((text) => cut(text, width)).slice(0, height)
}

function header({ act, title, repaired }: Scene, journal: Journal, width: number): string[] {
  const name = bold(' pi-uptime: a shop that watches, heals and reports itself')
  const steps = ['learn what is normal', ...FAULTS.map(({ name }) => name)].map((step, i) => {
    const took = repaired[i - 1]
    if (i < act || took !== undefined)
      return paint(COLOR.good, `✔ ${step}${took ? `: ${(took / 1000).toFixed(1)} s` : ''}`)
    return i === act ? bold(`▶ ${step}`) : dim(`○ ${step}`)
  })
  return [
    `${pad(name, width - 7)}${filmTime(journal.now).padStart(5)}`,
    ` ${steps.join(dim('  →  '))}`,
    ` ${paint(COLOR.talk, title)}`,
  ]
}

/** What customers, and whoever asks for its health, see of the shop. */
function around({ load, health }: Journal): string {
  const failed = load?.failed ? paint(COLOR.bad, `, ${load.failed} failed`) : ''
  const customers = load ? `${load.ok} answers a second, the slowest ${figure(load.slowest, 's')}${failed}` : '…'
  const checks = health?.checks.map(({ name, status }) => `check ${name} ${statusOf(status)}`) ?? []
  return ` ${[`customers: ${customers}`, ...checks, `health ${statusOf(health?.status)}`].join('     ')}`
}

function statusOf(status: string | undefined): string {
  const color = status === 'pass' ? COLOR.good : status === 'fail' ? COLOR.bad : COLOR.odd
  return paint(color, `● ${status ?? '…'}`)
}

function exported(sink: OtlpSink): string {
  const { points, metrics, events } = received(sink)
  const list = Object.entries(events).map(([name, count]) => `${count} ${name.replace('pi_uptime.', '')}`)
  return ` ${bold('OTLP receiver')}  ${points} points of ${metrics.length} metrics; log events: ${list.join(', ') || 'none yet'}`
}

const KIND: Readonly<Record<Entry['kind'], readonly [keyof typeof COLOR, string]>> = {
  demo: ['talk', 'demo'],
  fault: ['bad', 'INJECTED'],
  finding: ['odd', 'finding'],
  incident: ['bad', 'incident'],
  alert: ['odd', 'alert'],
  action: ['talk', 'action'],
  verified: ['good', 'VERIFIED'],
  closed: ['good', 'closed'],
  trouble: ['bad', 'trouble'],
}

/** An entry of the log, in one line. */
export function line({ at, kind, text }: Entry): string {
  const [color, word] = KIND[kind]
  return ` ${dim(filmTime(at).padStart(5))}  ${paint(COLOR[color], word.padEnd(8))}  ${text}`
}
