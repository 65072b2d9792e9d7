import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { VITALS } from '../../model/signals/vitals.js'
import type { Gauges } from '../machine/gauges.js'

const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Garbage collections, counted by an observer of our own: kind by kind how many, how long together and how long at most. */
export class Collections {
  readonly #pauses = new Map([...KINDS.values()].map((kind) => [kind, { count: 0, sum: 0, max: 0 }]))
  readonly #observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as readonly (PerformanceEntry & {
      detail?: NodeGCPerformanceDetail
    })[]) {
      const pause = this.#pauses.get(KINDS.get(detail?.kind ?? -1) ?? '')
      if (!pause) continue
      pause.count++
      pause.sum += duration
      pause.max = Math.max(pause.max, duration)
    }
  })

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** @param window - in seconds. */
  take(gauges: Gauges, window: number): void {
    for (const [kind, pause] of this.#pauses) {
      gauges.gauge(VITALS.gcRate, pause.count / window, kind)
      if (pause.count > 0) {
        gauges.gauge(VITALS.gcMean, pause.sum / pause.count / 1000, kind)
        gauges.gauge(VITALS.gcMax, pause.max / 1000, kind)
      }
      Object.assign(pause, { count: 0, sum: 0, max: 0 })
    }
  }

  end(): void {
    this.#observer.disconnect()
  }
}
