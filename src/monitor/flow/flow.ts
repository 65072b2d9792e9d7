import type { Correlator, Events, Finding, Incident, Responder } from '../../model/index.js'
import type { Guard } from '../guard.js'
import { FindingRates } from './finding-rates.js'
import type { OrderBook } from './order-book.js'
import { Recent } from './recent.js'
import { Standing, type StandingState } from './standing.js'

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
  readonly standing: Standing = new Standing()
  responders: readonly Slot<Responder>[] = []
  #inbox: { readonly finding: Finding; readonly by: string }[] = []
  #draining = false

  constructor(
    private readonly shell: FlowShell,
    readonly correlator: Slot<Correlator>,
    private readonly orders: OrderBook,
  ) {
    this.rates = new FindingRates(shell.time())
  }

  /** Takes the findings of a part; they are worked on as soon as the present work is done. */
  report(findings: readonly Finding[], by: string): void {
    for (const finding of findings) {
      if (this.#inbox.length < INBOX) this.#inbox.push({ finding, by })
      else this.shell.drop('too many findings')
    }
    if (this.#draining) return
    this.#draining = true
    queueMicrotask(this.#drain)
  }

  /** Takes up the findings that were open before the restart. */
  restore(standing: StandingState): void {
    this.standing.restore(standing)
    for (const { finding } of this.standing.state) this.findings.keep(finding)
  }

  /** Closes the findings of parts that are there no more. */
  withdraw(parts: ReadonlySet<string>): void {
    const orphans = this.standing.orphans(parts, this.shell.time())
    if (orphans.length > 0) this.report(orphans, '')
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
    const inbox = this.#inbox
    this.#inbox = []
    const now = this.shell.time()
    for (const { finding, by } of inbox) {
      this.standing.keep(finding, by)
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
