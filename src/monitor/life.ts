import type { Budgets } from './budgets.js'
import type { Shell } from './shell.js'
import type { Stopwatch } from './stopwatch.js'

/** A series unheard of for two rounds may make room for another. */
const ROUND = 6 * 36e5
/** Orders under way at the stop may take so long to finish. */
const LAST_ORDERS = 5_000

/** What a life needs beside the shell. */
export interface LifeParts {
  readonly stopwatch: Stopwatch
  readonly budgets: Budgets
  /** Begins to export; answers with what ends that. */
  readonly telemetry: () => Promise<() => unknown>
}

/**
 * How a monitor starts, runs and stops. Starts and stops follow one another in the order of the calls, so what was asked for last
 * is what stands at the end; none of them rejects.
 */
export class Life {
  #asked = false
  #turning: Promise<void> = Promise.resolve()
  #running = new AbortController()
  #endTelemetry: () => unknown = () => undefined

  constructor(
    private readonly shell: Shell,
    private readonly parts: LifeParts,
  ) {}

  start(): Promise<void> {
    return this.#turn(true, () => this.#begin())
  }

  stop(): Promise<void> {
    return this.#turn(false, () => this.#end())
  }

  #turn(asked: boolean, work: () => Promise<void>): Promise<void> {
    if (asked !== this.#asked) {
      this.#asked = asked
      this.#turning = this.#turning.then(work).catch((error: unknown) => this.shell.guard.fault('monitor', error))
    }
    return this.#turning
  }

  async #begin(): Promise<void> {
    this.#running = new AbortController()
    await this.shell.parts.load()
    await this.shell.keeping.restore()
    await this.shell.repairs.open()
    this.#endTelemetry = await this.parts.telemetry()
    this.shell.parts.start()
    this.shell.desk.open()
    void this.#run(this.#running.signal)
  }

  async #end(): Promise<void> {
    const { parts, guard, desk, pace, orders, clock } = this.shell
    this.#running.abort()
    pace.wake()
    parts.stop()
    desk.close()
    await orders.finish(clock, LAST_ORDERS)
    await this.shell.save()
    this.shell.close()
    await guard.settle('telemetry', LAST_ORDERS, new AbortController(), this.#endTelemetry)
  }

  /** The only loop: ticks, rounds and snapshots. */
  async #run(abort: AbortSignal): Promise<void> {
    const { clock, pace, flow, table, settings } = this.shell
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
      void this.shell.save()
    }
  }

  async #tick(): Promise<void> {
    const { clock, timeline, table, flow, guard, repairs } = this.shell
    try {
      for (const walk of [table.tick(timeline.refresh()), this.parts.budgets.walk(clock.elapsed())])
        while (!this.parts.stopwatch.time(() => walk.next()).done) await clock.sleep(0)
      this.parts.stopwatch.time(() => flow.tick(timeline.refresh()))
      repairs.tick()
    } catch (error) {
      guard.fault('monitor', error)
    }
  }
}
