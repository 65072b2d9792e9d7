import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Context } from '../model/index.js'
import { Backlog, type Batch } from './backlog.js'
import { MetricMemories } from './metric-memories.js'
import type { Room } from './metric-memory.js'
import { OwnCosts } from './own-costs.js'
import { Slices } from './slices.js'

/** What taking metrics in costs, and what was not taken. Counted since the monitor started it. */
export interface IntakeStats {
  /** Series known now. */
  readonly series: number
  /** Batches walked. */
  readonly passes: number
  /** Data points that were not observed because there were too many series. */
  readonly overflowed: number
  /** Data points that were not observed because the same collection had the same series already: two instruments of one name. */
  readonly repeated: number
  /** Batches that a newer one made superfluous before their turn: cumulative ones, so nothing but their moment is lost. */
  readonly coalesced: number
  /** Data points dropped because too many batches were waiting. */
  readonly lost: number
  /** Milliseconds at work. */
  readonly busy: number
  /** The longest stretch for which the event loop was held, in milliseconds. */
  readonly longestStretch: number
}

/** The limits of an intake. */
export interface IntakeLimits {
  /** The part's name. */
  readonly name: string
  readonly maxSeries: number
  /** Milliseconds after which a series that is no longer reported is dropped. */
  readonly forget: number
  /** Limits of histograms, by metric name. */
  readonly within: ReadonlyMap<string, number>
}

/** So many points are taken between two looks at the clock: watchers may be slow. */
const STEPS = 16

/**
 * Turns batches of metrics into observations: one pass at a time, in stretches, after the caller has gone on.
 */
export class Intake {
  readonly #room: Room
  readonly #memories: MetricMemories
  readonly #slices: Slices
  readonly #backlog: Backlog
  readonly #costs: OwnCosts
  #walking = false
  /** The collection being walked, and whether it or the one before came in several batches. */
  #current = { collection: {}, number: 0, at: -1, batches: 0 }
  #split = false
  /** The numbers of the collections at which was swept last, the older first, and when that was. */
  #sweeps = { older: 0, last: 0, at: 0 }
  #passes = 0
  #refusedBefore = 0

  constructor(
    private readonly context: Context,
    private readonly limits: IntakeLimits,
  ) {
    this.#room = { most: limits.maxSeries, taken: 0, refused: 0, repeated: 0 }
    this.#memories = new MetricMemories(context, this.#room, limits.within)
    this.#slices = new Slices(context.clock)
    this.#backlog = new Backlog(4 * limits.maxSeries)
    this.#costs = new OwnCosts(limits.name, context)
  }

  get stats(): IntakeStats {
    return {
      series: this.#room.taken,
      passes: this.#passes,
      overflowed: this.#room.refused,
      repeated: this.#room.repeated,
      coalesced: this.#backlog.coalesced,
      lost: this.#backlog.lost,
      busy: this.#slices.busy,
      longestStretch: this.#slices.longest,
    }
  }

  /** Takes a batch in, later. O(metrics); never throws. */
  offer(metrics: ResourceMetrics): void {
    if (this.context.abort.aborted) return
    try {
      this.#backlog.add(metrics, this.context.clock.elapsed())
    } catch (error) {
      this.context.fault(error)
    }
    if (!this.#walking) void this.#walkAll()
  }

  async #walkAll(): Promise<void> {
    const { clock, abort } = this.context
    this.#walking = true
    await clock.sleep(0)
    this.#slices.begin()
    for (let batch = this.#backlog.next(); batch && !abort.aborted; batch = this.#backlog.next()) {
      const busy = this.#slices.busy
      await this.#walk(batch).catch((error: unknown) => this.context.fault(error))
      this.#passes++
      await this.#slices.turn()
      this.#account(this.#slices.busy - busy)
    }
    this.#slices.end()
    this.#walking = false
  }

  async #walk(batch: Batch): Promise<void> {
    await this.#turnTo(batch)
    let failure: { readonly error: unknown } | undefined
    for (const { scope, metrics } of batch.metrics.scopeMetrics) {
      for (const metric of metrics) {
        const memory = this.#memories.of(scope, metric)
        memory?.begin(this.#current.number, this.#current.at)
        const points = metric.dataPoints
        for (let from = 0; memory && from < points.length; from += STEPS) {
          try {
            memory.take(points, from, Math.min(from + STEPS, points.length))
          } catch (error) {
            failure ??= { error }
          }
          if (this.#slices.over) await this.#slices.turn()
          if (this.context.abort.aborted) return
        }
      }
    }
    if (!this.#split) await this.#settle()
    if (failure) throw failure.error
  }

  /** A collection in several batches is settled when the next one begins, since no batch says that it is the last. */
  async #turnTo(batch: Batch): Promise<void> {
    if (batch.collection === this.#current.collection) {
      this.#current.batches++
      this.#split = true
      return
    }
    if (this.#split) await this.#settle()
    this.#split = this.#current.batches > 1
    this.#current = { collection: batch.collection, number: this.#current.number + 1, at: batch.at, batches: 1 }
  }

  /** What the collection has left out: delta streams that stood still, and series that are no more. */
  async #settle(): Promise<void> {
    const { number, at } = this.#current
    const horizon = this.#horizon()
    for (const [key, memory] of this.#memories) {
      memory.begin(number, at)
      for (let next = 0; memory.lacking && next < memory.size; ) {
        next = memory.miss(next, STEPS, horizon)
        if (this.#slices.over) await this.#slices.turn()
        if (this.context.abort.aborted) return
      }
      if (memory.size === 0) this.#memories.delete(key)
    }
  }

  /** Series that were last in a collection before this one are dropped: the sweep before last, or now when room is short. */
  #horizon(): number {
    const { number, at } = this.#current
    const pressed = this.#room.refused > this.#refusedBefore
    this.#refusedBefore = this.#room.refused
    if (at - this.#sweeps.at >= this.limits.forget / 2) this.#sweeps = { older: this.#sweeps.last, last: number, at }
    return pressed ? number : this.#sweeps.older
  }

  #account(busy: number): void {
    this.#costs.pass(busy)
    this.#costs.loss('too many series', this.#room.refused)
    this.#costs.loss('series repeated', this.#room.repeated)
    this.#costs.loss('too many batches waiting', this.#backlog.lost)
  }
}
