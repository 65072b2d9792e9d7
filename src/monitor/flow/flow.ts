import type { Correlator, Events, Finding, Incident, Responder } from '../../model/index.js'
import type { Guard } from '../guard.js'
import { FindingRates } from './finding-rates.js'
import type { OrderBook } from './order-book.js'
import { Recent } from './recent.js'

/** Findings that wait for their turn; more than this in one turn of the event loop are counted and dropped. */
const INBOX = 10_000

/** What the flow needs of the shell. */
export interface FlowShell {
  readonly guard: Guard
  /** Stage time. */
  time(): number
  emit<K extends keyof Events>(event: K, value: Events[K]): void
  drop(cause: string): void
  /** Something happened: tick at the busy pace. */
  wake(): void
}

/** A stage with its memory. */
export interface Slot<P> {
  readonly part: P
  state: unknown
}

/**
 * From findings to orders: correlator, then responders, each in turn. Runs in a microtask after the observation that
 * caused it, so that recording never pays for responding.
 */
export class Flow {
  readonly findings: Recent<Finding> = new Recent(1_000)
  readonly incidents: Recent<Incident> = new Recent(200)
  readonly rates: FindingRates
  responders: readonly Slot<Responder>[] = []
  #inbox: Finding[] = []
  #draining = false

  constructor(
    private readonly shell: FlowShell,
    readonly correlator: Slot<Correlator>,
    private readonly orders: OrderBook,
  ) {
    this.rates = new FindingRates(shell.time())
  }

  /** Takes findings; they are worked on as soon as the present work is done. */
  report(findings: readonly Finding[]): void {
    const room = INBOX - this.#inbox.length
    for (let i = room; i < findings.length; i++) this.shell.drop('too many findings')
    this.#inbox.push(...findings.slice(0, room))
    if (this.#draining) return
    this.#draining = true
    queueMicrotask(this.#drain)
  }

  /** Time passes. */
  tick(now: number): void {
    const { part, state } = this.correlator
    this.#respond(
      this.shell.guard.list(part.name, () => part.tick(state, now)),
      now,
    )
    for (const slot of this.responders) {
      this.orders.take(
        slot,
        this.shell.guard.list(slot.part.name, () => slot.part.tick(slot.state, now)),
      )
    }
  }

  /** Whether something is open or under way, so that ticks matter. */
  get busy(): boolean {
    if (this.incidents.open > 0 || this.findings.open > 0 || this.orders.running > 0) return true
    return this.responders.some(({ part, state }) =>
      this.shell.guard.run(part.name, () => part.busy?.(state) ?? false, false),
    )
  }

  readonly #drain = (): void => {
    this.#draining = false
    const findings = this.#inbox
    this.#inbox = []
    const now = this.shell.time()
    for (const finding of findings) {
      if (this.findings.keep(finding)) this.rates.add(finding.watcher, now)
      this.shell.emit('finding', finding)
      const { part, state } = this.correlator
      this.#respond(
        this.shell.guard.list(part.name, () => part.push(state, finding, now)),
        now,
      )
    }
    this.shell.wake()
  }

  #respond(incidents: readonly Incident[], now: number): void {
    for (const incident of incidents) {
      this.incidents.keep(incident)
      this.shell.emit('incident', incident)
      for (const slot of this.responders) {
        this.orders.take(
          slot,
          this.shell.guard.list(slot.part.name, () => slot.part.push(slot.state, incident, now)),
        )
      }
    }
  }
}
