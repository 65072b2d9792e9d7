import { memoryStore } from '../edge/memory-store.js'
import { systemClock } from '../edge/system-clock.js'
import { correlate } from '../incident/index.js'
import {
  type Alert,
  type CheckResult,
  type Clock,
  type Context,
  type Emit,
  type Events,
  type Fault,
  type Finding,
  type Handle,
  SIGNAL,
  type Signal,
  type SignalOptions,
  type Source,
  type Store,
} from '../model/index.js'
import { hardware } from '../watch/hardware.js'
import { unhealthy } from '../watch/unhealthy.js'
import { contextOf } from './context.js'
import { FeedbackDesk } from './flow/feedback-desk.js'
import { Flow } from './flow/flow.js'
import { OrderBook } from './flow/order-book.js'
import { Guard } from './guard.js'
import { HealthDesk } from './health/health-desk.js'
import { Keeping } from './keeping.js'
import { Listeners } from './listeners.js'
import { type MonitorOptions, type Settings, settingsOf } from './options.js'
import { Pace } from './pace.js'
import { Parts } from './parts.js'
import { Repairs } from './repairs.js'
import { SeriesTable } from './series/series-table.js'
import { Snapshots } from './snapshot/snapshot.js'
import { runSource } from './source-runner.js'
import { Tally } from './tally.js'
import { Timeline } from './timeline.js'

/** The parts that hear of faults. */
const HEARING: readonly string[] = ['onFault', "on('fault')"]

const JUMP: Signal = { name: SIGNAL.clockJump, unit: 's', attributes: {} }

/**
 * Everything a monitor is made of, and how it is joined: each room is given this, under the narrow interface that it asks
 * for. Holds no loop of its own.
 */
export class Shell {
  readonly service: string
  readonly settings: Settings
  readonly clock: Clock
  readonly store: Store
  readonly tally: Tally = new Tally()
  readonly guard: Guard
  readonly listeners: Listeners
  readonly pace: Pace
  readonly timeline: Timeline
  readonly snapshots: Snapshots
  readonly table: SeriesTable
  readonly flow: Flow
  readonly orders: OrderBook
  readonly desk: HealthDesk
  readonly ratings: FeedbackDesk = new FeedbackDesk(this)
  readonly parts: Parts
  readonly repairs: Repairs
  readonly keeping: Keeping

  /** @throws ConfigError when an option is out of range. */
  constructor(private readonly options: MonitorOptions) {
    this.settings = settingsOf(options)
    this.service = options.service
    this.clock = options.clock ?? systemClock()
    this.store = options.store ?? memoryStore()
    this.guard = new Guard(this.clock, (fault) => this.#told(fault))
    this.listeners = new Listeners(this.guard)
    this.pace = new Pace(this.clock, this.settings.tick)
    this.timeline = new Timeline(this.clock, this.settings.resolution, (ms) => this.emission(JUMP, ms / 1000))
    this.snapshots = new Snapshots({
      service: this.service,
      clock: this.clock,
      store: this.store,
      fault: (error) => this.guard.fault('snapshot', error),
      time: () => this.timeline.time,
    })
    this.table = new SeriesTable(this, this.settings.maxSignals)
    this.orders = new OrderBook(this)
    const part = options.correlate ?? correlate()
    this.flow = new Flow(this, { part, state: null }, this.orders)
    this.desk = new HealthDesk(this.service, (health) => this.emit('health', health))
    this.parts = new Parts(this, options, [unhealthy(), hardware()])
    this.repairs = new Repairs(this)
    this.keeping = new Keeping(this, options.store !== undefined)
  }

  /** Takes no observation any more. */
  close(): void {
    this.flow.responders = []
    this.table.watch([], false)
  }

  readonly emission: Emit = (signal, value) => {
    this.guard.try('emit', () => this.table.of(signal).record(value))
  }

  signal(name: string, options?: SignalOptions): Handle {
    return this.table.signal(name, options)
  }

  context(part: string, abort: AbortSignal): Context {
    return contextOf(this, part, abort)
  }

  run(source: Source, abort: AbortSignal): void {
    abort.addEventListener('abort', () => this.desk.retract(source.name), { once: true })
    void runSource(source, this, abort)
  }

  time(): number {
    return this.timeline.refresh()
  }

  adopt(part: string, key: string): unknown {
    return this.snapshots.adopt(part, key)
  }

  changed(): void {
    this.flow.responders = this.parts.responders
    this.table.watch(this.parts.watchers, true)
    this.flow.withdraw(this.parts.names)
    this.repairs.changed()
  }

  found(findings: readonly Finding[], by: string): void {
    this.flow.report(findings, by)
  }

  health(result: CheckResult, part: string): void {
    this.desk.publish(result, part)
  }

  alerted(alert: Alert): void {
    this.emit('alert', alert)
  }

  drop(cause: string): void {
    this.tally.add(cause)
  }

  emit<K extends keyof Events>(event: K, value: Events[K]): void {
    this.listeners.emit(event, value)
  }

  wake(): void {
    this.pace.wake()
  }

  save(): Promise<void> {
    return this.keeping.save()
  }

  #told(fault: Fault): void {
    // Who hears of faults is not told that hearing failed: a thousand who reject would tell a thousand each.
    if (HEARING.includes(fault.part)) return
    this.guard.run('onFault', () => this.options.onFault?.(fault), undefined)
    this.emit('fault', fault)
  }
}
