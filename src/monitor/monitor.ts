import {
  type Action,
  ATTRIBUTE,
  type Attributes,
  type AuditEntry,
  EVENT_SIGNAL,
  type Events,
  type Finding,
  functionIn,
  type Handle,
  type Health,
  type HealthFilter,
  type Incident,
  type Monitor,
  type Part,
  type Rating,
  type SignalOptions,
  type Stats,
} from '../model/index.js'
import { Budgets } from './budgets.js'
import { Beacons } from './health/beacons.js'
import { Life } from './life.js'
import type { MonitorOptions } from './options.js'
import { attributesOf } from './series/tidy.js'
import { Shell } from './shell.js'
import { statsOf } from './stats.js'
import { Stopwatch } from './stopwatch.js'
import { exportFrom } from './telemetry.js'

/**
 * Builds a monitor: what to observe, what to watch for, how to respond.
 *
 * @throws ConfigError naming the field, when an option is out of range or two parts of a list share a name. After building,
 * nothing that the monitor does throws into the host.
 * @example
 * const monitor = createMonitor({
 *   service: 'checkout',
 *   observe: [vitals()],
 *   watch: [anomaly()],
 *   respond: [alert({ to: webhook('https://hooks.example/ops') })],
 * })
 * await monitor.start()
 * monitor.signal('queue.depth', { unit: '{job}' }).record(3)
 */
export function createMonitor(options: MonitorOptions): Monitor {
  return new LiveMonitor(options)
}

class LiveMonitor implements Monitor {
  readonly service: string
  readonly #shell: Shell
  readonly #stopwatch: Stopwatch
  readonly #budgets: Budgets
  readonly #beacons = new Beacons()
  readonly #life: Life

  constructor(options: MonitorOptions) {
    this.#shell = new Shell(options)
    this.#stopwatch = new Stopwatch(this.#shell.clock)
    this.#budgets = new Budgets(this.#shell)
    this.#life = new Life(this.#shell, {
      stopwatch: this.#stopwatch,
      budgets: this.#budgets,
      telemetry: () => exportFrom(this, this.#shell, options.telemetry),
    })
    this.service = options.service
  }

  start(): Promise<void> {
    return this.#life.start()
  }

  stop(): Promise<void> {
    return this.#life.stop()
  }

  use(part: Part): () => void {
    return this.#shell.parts.use(part)
  }

  signal(name: string, options?: SignalOptions): Handle {
    return this.#shell.table.signal(name, options)
  }

  event(name: string, attributes?: Attributes): void {
    const about = { unit: '{event}', attributes: { [ATTRIBUTE.eventName]: name } }
    this.#shell.table.signal(EVENT_SIGNAL, about).hear(attributesOf(attributes))
  }

  health(filter?: HealthFilter): Health {
    return this.#shell.desk.health(filter)
  }

  findings(): readonly Finding[] {
    return this.#shell.flow.findings.list()
  }

  incidents(): readonly Incident[] {
    return this.#shell.flow.incidents.list()
  }

  actions(): readonly Action[] {
    return [...this.#shell.repairs.actions].reverse()
  }

  audit(): Promise<readonly AuditEntry[]> {
    return this.#shell.repairs.audit()
  }

  approve(token: string, by: string): boolean {
    return this.#shell.repairs.answer({ token, approve: true, by })
  }

  decline(token: string, by: string): boolean {
    return this.#shell.repairs.answer({ token, approve: false, by })
  }

  halt(reason: string): Promise<boolean> {
    return this.#shell.repairs.halt(reason)
  }

  resume(): Promise<boolean> {
    return this.#shell.repairs.resume()
  }

  feedback(id: string, rating: Rating): boolean {
    return this.#shell.ratings.take(id, rating)
  }

  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => unknown): () => void {
    return this.#shell.listeners.on(event, functionIn(`on('${event}')`, listener))
  }

  stats(): Stats {
    return statsOf(this.#shell, this.#budgets, this.#stopwatch.take())
  }

  beacon(name: string): () => void {
    return this.#beacons.light(name)
  }

  drain(deadline: number): Promise<readonly string[]> {
    this.#shell.desk.drain()
    return this.#beacons.wait(deadline, this.#shell.clock)
  }
}
