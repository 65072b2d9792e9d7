import type { Alert, Context } from '../../model/index.js'

/** An alert as Alertmanager takes it. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
}

/** An alert that was sent. Times in milliseconds since the epoch. */
interface Sent {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startedAt: number
  readonly endedAt?: number
}

/** An alert holds for so many times the interval at which it is sent again. */
const HOLDS = 4
/** Without being sent again, for so long. */
const HOLDS_ALONE = 12 * 3_600_000
/** What has ended is sent again for so long. */
const LINGERS = 15 * 60_000
const MOST = 1_000

/** What Alertmanager has been told, and must be told again. */
export class Firing {
  /** Whether it is sent again. */
  isResent = false
  /** By incident and severity. */
  #sent = new Map<string, Sent>()

  constructor(
    private readonly name: string,
    private readonly labels: Readonly<Record<string, string>>,
    private readonly resend: number,
  ) {}

  /** What to send of an alert: itself, and the end of the same incident at another severity. */
  take(alert: Alert, now: number): readonly PostedAlert[] {
    const { id, reason, incident, summary, time } = alert
    const key = `${id} ${incident.severity}`
    const labels = { ...standardLabels(alert), ...this.labels }
    const annotations = { summary, description: incident.title }
    const others = [...this.#sent].filter(
      ([other, { endedAt }]) => other.startsWith(`${id} `) && other !== key && endedAt === undefined,
    )
    for (const [other, sent] of others) this.#sent.set(other, { ...sent, endedAt: now })
    const isOver = reason === 'resolved' || incident.state === 'closed'
    const startedAt = this.#sent.get(key)?.startedAt ?? time // as in Prometheus: when it fires, not when it began
    this.#sent.set(key, { labels, annotations, startedAt, ...(isOver && { endedAt: incident.closedAt ?? now }) })
    while (this.#sent.size > MOST) this.#sent.delete(this.#sent.keys().next().value as string)
    return [key, ...others.map(([other]) => other)].map((one) => this.#posted(this.#sent.get(one) as Sent, now))
  }

  /** All that is sent again now. */
  due(now: number): readonly PostedAlert[] {
    this.isResent = true
    for (const [key, { endedAt }] of this.#sent)
      if (endedAt !== undefined && now - endedAt > LINGERS) this.#sent.delete(key)
    return [...this.#sent.values()].map((sent) => this.#posted(sent, now))
  }

  async load({ store }: Context): Promise<void> {
    const bytes = await store.get(this.#key).catch(() => undefined)
    if (!bytes || this.#sent.size > 0) return
    try {
      const entries = JSON.parse(new TextDecoder().decode(bytes)) as [string, Sent][]
      this.#sent = new Map(entries.filter(([key, sent]) => typeof key === 'string' && isSent(sent)).slice(-MOST))
    } catch {
      // Alertmanager then takes them for ended
    }
  }

  async save({ store }: Context): Promise<void> {
    await store.set(this.#key, new TextEncoder().encode(JSON.stringify([...this.#sent]))).catch(() => {})
  }

  get #key(): string {
    return `alertmanager-${this.name.replaceAll(/[^A-Za-z0-9._@-]/g, '-').slice(0, 100)}`
  }

  #posted({ labels, annotations, startedAt, endedAt }: Sent, now: number): PostedAlert {
    const holds = this.isResent ? HOLDS * this.resend : HOLDS_ALONE
    return {
      labels,
      annotations,
      startsAt: timeOf(startedAt),
      endsAt: timeOf(endedAt ?? now + holds),
    }
  }
}

function isSent(sent: Sent | null): boolean {
  const isTime = (time: unknown): boolean => typeof time === 'number'
  const areTexts = (texts: unknown): boolean =>
    typeof texts === 'object' && texts !== null && Object.values(texts).every((text) => typeof text === 'string')
  const { labels, annotations, startedAt, endedAt = 0 } = sent ?? ({} as Partial<Sent>)
  return areTexts(labels) && areTexts(annotations) && isTime(startedAt) && isTime(endedAt)
}

function standardLabels({ service, incident }: Alert): Record<string, string> {
  const signal = incident.suspects[0]?.signal ?? incident.findings[0]?.signal
  return { alertname: signal?.name ?? 'incident', service, severity: incident.severity, incident: incident.id }
}

/** RFC 3339; a clock that is out of all range is taken for 1970. */
function timeOf(ms: number): string {
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString()
}
