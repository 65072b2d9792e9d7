import type { Context, Emit } from '../../model/index.js'
import { LOGS } from '../../model/signals/telemetry.js'
import { Gauges } from '../../observe/machine/gauges.js'
import { SEVERITIES } from './severity.js'
import { type Template, type Templates, textOf } from './templates.js'

/** A kind that was not seen for so long, in milliseconds, is forgotten, and its signal with it. */
const FORGOTTEN = 864e5
/** Kinds that have a signal of their own. */
const MOST_TOLD = 100

/** What there is to tell once a window. */
export interface Counts {
  /** By severity, in the present window; -1 for one that was never seen. */
  readonly records: number[]
  readonly templates: Templates
}

/** Tells one window after the other until the source is ended. */
export async function runLogs(counts: Counts, every: number, emit: Emit, { clock, abort }: Context): Promise<void> {
  const gauges = new Gauges(emit)
  const told = new Map<string, number>()
  for (let began = clock.elapsed(); ; ) {
    await clock.sleep(every, abort)
    if (abort.aborted) return
    const now = clock.elapsed()
    const seconds = (now - began) / 1000
    began = now
    gauges.begin(now)
    tellRecords(counts.records, seconds, gauges)
    tellTemplates(counts.templates, told, seconds, gauges)
    counts.templates.turn(now - FORGOTTEN)
  }
}

function tellRecords(records: number[], seconds: number, gauges: Gauges): void {
  records.forEach((count, severity) => {
    if (count < 0) return
    gauges.gauge(LOGS.records, count / seconds, SEVERITIES[severity])
    records[severity] = 0
  })
}

/** Two kinds that became one, as far as people can see, are told as one. */
function tellTemplates(templates: Templates, told: Map<string, number>, seconds: number, gauges: Gauges): void {
  for (const key of told.keys()) told.set(key, -1)
  for (const template of templates) {
    count(template, told)
    template.count = 0
  }
  for (const [key, records] of told) {
    const [severity, text] = [key.slice(0, 1), key.slice(1)]
    if (records < 0) told.delete(key)
    else gauges.gauge(LOGS.records, records / seconds, SEVERITIES[Number(severity)], text)
  }
}

function count(template: Template, told: Map<string, number>): void {
  const key = `${template.severity}${textOf(template)}`
  const before = told.get(key)
  if (before === undefined && told.size >= MOST_TOLD) return
  told.set(key, Math.max(0, before ?? 0) + template.count)
}
