import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { ATTRIBUTE, type Context, type Handle, METRIC } from '../model/index.js'
import { MetricMemories } from './metric-memories.js'
import type { Room } from './metric-memory.js'
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
  readonly maxSeries: number
  /** Milliseconds after which a series that is no longer reported is dropped. */
  readonly forget: number
}

interface Batch {
  readonly metrics: ResourceMetrics
  /** The collection that it is a part of: the SDK's end time, one object for all points of one. */
  readonly collection: object
  /** Monotonic time at which the first batch of the collection came. */
  readonly at: number
  readonly delta: boolean
  readonly points: number
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
  #waiting: Batch[] = []
  #walking = false
  #newest: { readonly collection: object; readonly at: number } = { collection: {}, at: -1 }
  /** The collection being walked, and whether it or the one before came in several batches. */
  #current = { collection: {}, number: 0, at: -1, batches: 0 }
  #split = false
  /** The numbers of the collections at which was swept last, the older first, and when that was. */
  #sweeps = { older: 0, last: 0, at: 0 }
  #passes = 0
  #coalesced = 0
  #lost = 0
  #refusedBefore = 0
  #cost: Handle | undefined
  /** What was not taken, by cause, as far as it has been told. */
  readonly #losses = new Map<string, { told: number; handle: Handle }>()

  constructor(
    private readonly name: string,
    private readonly context: Context,
    private readonly limits: IntakeLimits,
  ) {
    this.#room = { most: limits.maxSeries, taken: 0, refused: 0, repeated: 0 }
    this.#memories = new MetricMemories(context, this.#room)
    this.#slices = new Slices(context.clock)
  }

  get stats(): IntakeStats {
    return {
      series: this.#room.taken,
      passes: this.#passes,
      overflowed: this.#room.refused,
      repeated: this.#room.repeated,
      coalesced: this.#coalesced,
      lost: this.#lost,
      busy: this.#slices.busy,
      longestStretch: this.#slices.longest,
    }
  }

  /** Takes a batch in, later. O(metrics); never throws. */
  offer(metrics: ResourceMetrics): void {
    if (this.context.abort.aborted) return
    try {
      const batch = this.#batchOf(metrics)
      this.#thin(batch)
      this.#waiting.push(batch)
    } catch (error) {
      this.context.fault(error)
    }
    if (!this.#walking) void this.#walkAll()
  }

  #batchOf(metrics: ResourceMetrics): Batch {
    const all = metrics.scopeMetrics.flatMap((scope) => scope.metrics)
    const collection = collectionOf(all)
    if (collection !== this.#newest.collection) this.#newest = { collection, at: this.context.clock.elapsed() }
    const delta = all.some((metric) => metric.aggregationTemporality === 0)
    return { metrics, collection, at: this.#newest.at, delta, points: pointsOf(all) }
  }

  /** A newer cumulative collection says all that an older one would; deltas must all be seen, up to a limit. */
  #thin(newcomer: Batch): void {
    const before = this.#waiting.length
    this.#waiting = this.#waiting.filter((batch) => batch.delta || batch.collection === newcomer.collection)
    this.#coalesced += before - this.#waiting.length
    let points = this.#waiting.reduce((sum, batch) => sum + batch.points, newcomer.points)
    while (points > 4 * this.limits.maxSeries && this.#waiting.length > 0) {
      const dropped = (this.#waiting.shift() as Batch).points
      points -= dropped
      this.#lost += dropped
    }
  }

  async #walkAll(): Promise<void> {
    const { context } = this
    this.#walking = true
    await context.clock.sleep(0)
    for (let batch = this.#waiting.shift(); batch && !context.abort.aborted; batch = this.#waiting.shift()) {
      const busy = this.#slices.busy
      this.#slices.begin()
      try {
        await this.#walk(batch)
      } catch (error) {
        context.fault(error)
      }
      this.#slices.end()
      this.#passes++
      this.#account(this.#slices.busy - busy)
    }
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

  /** Our own costs and losses are signals as well. */
  #account(busy: number): void {
    const { context, name } = this
    this.#cost ??= context.signal(METRIC.passDuration, { unit: 's', attributes: { [ATTRIBUTE.part]: name } })
    this.#cost.record(busy / 1000)
    this.#loss('too many series', this.#room.refused)
    this.#loss('series repeated', this.#room.repeated)
    this.#loss('too many batches waiting', this.#lost)
  }

  #loss(cause: string, total: number): void {
    let loss = this.#losses.get(cause)
    if (!loss) {
      if (total === 0) return
      const attributes = { [ATTRIBUTE.part]: this.name, [ATTRIBUTE.cause]: cause }
      loss = { told: 0, handle: this.context.signal(METRIC.dropped, { unit: '{observation}', attributes }) }
      this.#losses.set(cause, loss)
    }
    loss.handle.record(total - loss.told)
    loss.told = total
  }
}

function collectionOf(metrics: readonly MetricData[]): object {
  const first = metrics.find((metric) => metric.dataPoints.length > 0)?.dataPoints[0]
  return first?.endTime ?? {}
}

function pointsOf(metrics: readonly MetricData[]): number {
  return metrics.reduce((sum, metric) => sum + metric.dataPoints.length, 0)
}
