import { availableParallelism } from 'node:os'
import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { VITALS } from '../../model/signals/vitals.js'
import type { Gauges } from '../machine/gauges.js'

/** The event loop and the CPU, window by window. */
export class Loop {
  readonly #delays: IntervalHistogram
  #use: EventLoopUtilization = performance.eventLoopUtilization()
  #cpu: NodeJS.CpuUsage = process.cpuUsage()
  #since: number = performance.now()
  #overslept = 0
  readonly #cores: number = availableParallelism()

  /** @param resolution - milliseconds from sample to sample. */
  constructor(private readonly resolution: number) {
    this.#delays = monitorEventLoopDelay({ resolution })
    this.#delays.enable()
  }

  take(gauges: Gauges): void {
    this.#takeDelays(gauges)
    const now = performance.now()
    const use = performance.eventLoopUtilization()
    const cpu = process.cpuUsage()
    const passed = now - this.#since
    const worked = cpu.user + cpu.system - this.#cpu.user - this.#cpu.system
    gauges.gauge(VITALS.loopUtilization, performance.eventLoopUtilization(use, this.#use).utilization)
    if (passed > 0) gauges.gauge(VITALS.cpu, worked / 1000 / passed / this.#cores)
    this.#since = now
    this.#use = use
    this.#cpu = cpu
  }

  /**
   * A histogram sees no stall that begins between its reset and its next sample, nor one whose end lets the reading run before
   * the sample: what our own sleeps took too long, in milliseconds, tells of both.
   */
  overslept(ms: number): void {
    this.#overslept = Math.max(this.#overslept, ms)
  }

  end(): void {
    this.#delays.disable()
  }

  #takeDelays(gauges: Gauges): void {
    if (this.#delays.count > 0) {
      const longest = Math.max(this.#late(this.#delays.max / 1e6), this.#overslept / 1000)
      gauges.gauge(VITALS.delayP99, this.#late(this.#delays.percentile(99) / 1e6))
      gauges.gauge(VITALS.delayMax, longest)
    }
    this.#delays.reset()
    this.#overslept = 0
  }

  #late(ms: number): number {
    return Math.max(0, ms - this.resolution) / 1000
  }
}
