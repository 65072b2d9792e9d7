import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, Band, Finding, Health, Incident } from 'pi-uptime'
import type { WebhookPayload } from 'pi-uptime/channels'
import { type Entry, entryOf } from './entry.js'
import type { LoadReport, Message, Sample } from './messages.js'

/** A second of a signal, as it is drawn. */
export interface Column {
  readonly value: number
  readonly band: Band | undefined
  readonly state: 'learning' | 'normal' | 'outside' | 'abnormal'
}

/** Something that was said, and when: in milliseconds since the demo began. */
export interface Heard<T> {
  readonly at: number
  readonly said: T
}

/**
 * All that the driver has heard. Everything that is shown and judged later comes from here.
 */
export class Journal {
  readonly entries: Entry[] = []
  readonly findings: Heard<Finding>[] = []
  readonly actions: Heard<Action>[] = []
  readonly alerts: Heard<WebhookPayload>[] = []
  readonly incidents: Map<string, Incident> = new Map()
  readonly charts: Map<string, Column[]> = new Map()
  /** Watchers whose finding is open. */
  readonly abnormal: Set<string> = new Set()
  health: Health | undefined
  load: LoadReport | undefined
  #began = performance.now()
  onEntry: (entry: Entry) => void = () => undefined

  /** Milliseconds since the demo began. */
  get now(): number {
    return performance.now() - this.#began
  }

  readonly hear = (message: Message): void => {
    if (message.kind === 'sample') this.#draw(message.sample)
    if (message.kind === 'health') this.health = message.health
    if (message.kind === 'load') this.load = message.load
    if (message.kind === 'finding') {
      const { finding } = message
      this.findings.push({ at: this.now, said: finding })
      if (finding.state === 'open') this.abnormal.add(finding.watcher)
      else this.abnormal.delete(finding.watcher)
    }
    if (message.kind === 'action') this.actions.push({ at: this.now, said: message.action })
    this.#write(entryOf(message, this.now, this.incidents))
    if (message.kind === 'incident') this.incidents.set(message.incident.id, message.incident)
  }

  readonly page = (alert: WebhookPayload): void => {
    this.alerts.push({ at: this.now, said: alert })
    this.note('alert', `a person is told by webhook: ${alert.reason}`)
  }

  note(kind: Entry['kind'], text: string): void {
    this.#write({ at: this.now, kind, text })
  }

  get openIncident(): Incident | undefined {
    return [...this.incidents.values()].find(({ state }) => state === 'open')
  }

  /** The time at which something has become true; `undefined` when it has not within so long. */
  async until(patience: number, happened: () => boolean): Promise<number | undefined> {
    for (const end = this.now + patience; this.now < end; await sleep(20)) if (happened()) return this.now
    return undefined
  }

  #write(entry: Entry | undefined): void {
    if (!entry) return
    this.entries.push(entry)
    this.onEntry(entry)
  }

  /** One column a second; of several values the highest, since that is the one that hurts. */
  #draw({ label, value, band }: Sample): void {
    const chart = this.charts.get(label) ?? []
    this.charts.set(label, chart)
    const at = Math.floor(this.now / 1000)
    const before = chart[at]
    if (before && before.value >= value) return
    const inside = band !== undefined && value <= band.high
    const state =
      band === undefined ? 'learning' : inside ? 'normal' : this.abnormal.has(label) ? 'abnormal' : 'outside'
    for (let hole = chart.length; hole < at; hole++) if (chart[hole - 1]) chart[hole] = chart[hole - 1] as Column
    chart[at] = { value, band, state }
  }
}
