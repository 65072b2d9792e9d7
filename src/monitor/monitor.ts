import {
  type Action,
  type AuditEntry,
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
import type { MonitorOptions } from './options.js'
import { Shell } from './shell.js'
import { statsOf } from './stats.js'
import { Stopwatch } from './stopwatch.js'
import { exportFrom } from './telemetry.js'

/** A series unheard of for two rounds may make room for another. */
const ROUND = 6 * 36e5
/** Orders under way at the stop may take so long to finish. */
const LAST_ORDERS = 5_000

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
  readonly #telemetry: MonitorOptions['telemetry']
  #life: AbortController | undefined
  #starting: Promise<void> | undefined
  #endTelemetry: () => unknown = () => undefined

  constructor(options: MonitorOptions) {
    this.#shell = new Shell(options)
    this.#stopwatch = new Stopwatch(this.#shell.clock)
    this.#budgets = new Budgets(this.#shell)
    this.#telemetry = options.telemetry
    this.service = options.service
  }

  start(): Promise<void> {
    this.#starting ??= this.#begin()
    return this.#starting
  }

  async stop(): Promise<void> {
    const life = this.#life
    await this.#starting
    if (!life || life !== this.#life) return
    this.#life = undefined
    this.#starting = undefined
    const { parts, guard, desk, pace, orders, clock } = this.#shell
    life.abort()
    pace.wake()
    parts.stop()
    desk.close()
    await orders.finish(clock, LAST_ORDERS)
    await this.#shell.save()
    this.#shell.close()
    await guard.settle('telemetry', LAST_ORDERS, new AbortController(), this.#endTelemetry)
  }

  use(part: Part): () => void {
    return this.#shell.parts.use(part)
  }

  signal(name: string, options?: SignalOptions): Handle {
    return this.#shell.table.signal(name, options)
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

  async #begin(): Promise<void> {
    const life = new AbortController()
    this.#life = life
    await this.#shell.restore()
    this.#endTelemetry = await exportFrom(this, this.#shell, this.#telemetry)
    this.#shell.parts.start()
    this.#shell.desk.open()
    void this.#run(life.signal)
  }

  /** The only loop: ticks, rounds and snapshots. */
  async #run(abort: AbortSignal): Promise<void> {
    const { clock, pace, flow, table, settings } = this.#shell
    let saved = clock.elapsed()
    let turned = saved
    while (!abort.aborted) {
      await pace.next(flow.busy)
      if (abort.aborted) return
      await this.#tick()
      const now = clock.elapsed()
      if (now - turned >= ROUND) {
        turned = now
        table.round++
      }
      if (now - saved < settings.snapshotEvery) continue
      saved = now
      void this.#shell.save()
    }
  }

  async #tick(): Promise<void> {
    const { clock, timeline, table, flow, guard } = this.#shell
    try {
      for (const walk of [table.tick(timeline.refresh()), this.#budgets.walk(clock.elapsed())])
        while (!this.#stopwatch.time(() => walk.next()).done) await clock.sleep(0)
      this.#stopwatch.time(() => flow.tick(timeline.refresh()))
    } catch (error) {
      guard.fault('monitor', error)
    }
  }
}
