import type { Finding, Incident, Outcome, Responder, Severity } from '../../../src/model/index.js'
import { type EngineState, type Order, type RemediateOptions, remediate } from '../../../src/respond/index.js'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

// A monitor does this as it starts.
await remediate({ name: 'any', when: () => false, steps: [() => undefined] }).load?.()

const ok: Outcome = { ok: true, value: undefined }

/** What a finding of a made incident is, beside its id. */
export interface Told {
  readonly state?: 'open' | 'closed'
  readonly severity?: Severity
  readonly signal?: string
  readonly value?: number
  readonly since?: number
  readonly watcher?: string
  readonly summary?: string
}

export function finding(id: string, told: Told = {}): Finding {
  const { state = 'open', severity = 'warning', signal = 'db.pool', value = state === 'open' ? 9 : 1, since = 0 } = told
  return {
    id,
    watcher: told.watcher ?? 'anomaly',
    signal: { name: signal, unit: '1', attributes: {} },
    state,
    severity,
    score: 6,
    value,
    expected: { value: 1, low: 0, high: 2 },
    since,
    openedAt: since,
    updatedAt: since,
    summary: told.summary ?? `${signal} is ${value}`,
  }
}

/** An incident with these findings, by id. */
export function incident(id: string, findings: Readonly<Record<string, Told>> = { f: {} }, closed = false): Incident {
  const all = Object.entries(findings).map(([name, told]) => finding(name, told))
  return {
    id,
    state: closed ? 'closed' : 'open',
    severity: 'warning',
    title: 'the pool is full',
    openedAt: 0,
    updatedAt: 0,
    findingCount: all.length,
    suspects: all.map(({ signal }) => ({ signal, weight: 1 / all.length, evidence: '' })),
    findings: all,
  }
}

/** A playbook that acts at once; guards that are about time only are the test's own business. */
export function playbook(options: Partial<RemediateOptions> = {}): Responder<Order, EngineState> {
  const base = { name: 'recycle', when: { signal: 'db.*' }, mode: 'act', settle: '2m', cooldown: '10m' } as const
  const steps = options.ladder ? {} : { steps: [() => undefined] }
  return remediate({ ...base, ...steps, ...options })
}

/** Several playbooks with one memory, an hour old, whose orders are carried out as the test says. */
export class Stand {
  now = 0
  state: EngineState
  readonly orders: Order[] = []
  /** What becomes of an order; `undefined` leaves it under way. */
  fate: (order: Order) => Outcome | undefined = () => ok

  constructor(readonly playbooks: readonly Responder<Order, EngineState>[]) {
    this.state = (playbooks[0] as Responder<Order, EngineState>).start()
    this.fate = (order) => (order.kind === 'recover' ? { ok: true, value: null } : ok)
    this.pass(HOUR)
    this.orders.length = 0
  }

  /** The outcomes told, and the steps done, in order. */
  get story(): string[] {
    return this.orders.flatMap(({ kind, action, guard, escalate, step }) => {
      if (kind === 'refuse') return [`refused by ${guard}`]
      if (kind === 'step') return [`step ${step}`]
      if (kind === 'undo') return ['undo']
      if (kind === 'conclude' || kind === 'tell')
        return [action.outcome, ...(escalate && action.outcome !== 'escalated' ? ['escalated'] : [])]
      return kind === 'ask' ? ['asked'] : []
    })
  }

  get last(): Order {
    return this.orders.at(-1) as Order
  }

  /** Every playbook hears of an incident. */
  hear(told: Incident): void {
    for (const each of this.playbooks) this.take(each, each.push(this.state, told, this.now))
  }

  /** Time passes, tick by tick. */
  pass(ms: number, tick: number = 10 * SECOND): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + tick)
      this.tick()
    }
  }

  tick(): void {
    for (const each of this.playbooks) this.take(each, each.tick(this.state, this.now))
  }

  /** A new process: the memory of the last one, through JSON, or none. */
  restart(state?: EngineState): void {
    this.state = state
      ? JSON.parse(JSON.stringify(state))
      : (this.playbooks[0] as Responder<Order, EngineState>).start()
  }

  take(from: Responder<Order, EngineState>, orders: readonly Order[]): void {
    for (const order of orders) {
      this.orders.push(JSON.parse(JSON.stringify(order)))
      const outcome = this.fate(order)
      if (outcome) this.take(from, from.settled?.(this.state, order, outcome, this.now) ?? [])
    }
  }
}
