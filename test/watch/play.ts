import type { Detector, Finding, Signal, Watcher } from '../../src/model/index.js'
import type { AnomalyState } from '../../src/watch/anomaly-state.js'

export const START = 1_704_067_200_000
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

export const SIGNAL: Signal = { name: 'queue.depth', unit: '{job}', attributes: {} }

/** The value is the score: on Gaussian noise, calibrated exactly. */
export const plain: Detector<null> = {
  name: 'plain@1',
  start: () => null,
  score: (_, value) => Math.abs(value),
  learn() {},
  expect: () => ({ value: 0, low: -3, high: 3 }),
}

/** So that the tests do not move with the defaults. */
export const FIXED = { threshold: 5, critical: 20 }

/** One signal under one watcher: a value every so often, and a tick every half minute. */
export class Play {
  readonly found: Finding[] = []
  time = START
  #ticked = START

  constructor(
    readonly watcher: Watcher<AnomalyState>,
    readonly state: AnomalyState = watcher.start(),
    readonly signal: Signal = SIGNAL,
  ) {}

  /** One value after another, each followed by its interval. */
  values(values: Iterable<number>, every: number = 10 * SECOND): this {
    for (const value of values) {
      this.#take(this.watcher.push(this.state, value, this.time, this.signal))
      this.wait(every)
    }
    return this
  }

  /** The same value for so long. */
  hold(value: number, span: number, every: number = 10 * SECOND): this {
    return this.values(new Array(Math.round(span / every)).fill(value), every)
  }

  /** Silence. */
  wait(span: number): this {
    const end = this.time + span
    for (; this.#ticked + 30 * SECOND <= end; ) {
      this.#ticked += 30 * SECOND
      this.#take(this.watcher.tick(this.state, this.#ticked, this.signal))
    }
    this.time = end
    return this
  }

  /** What became of findings: `'open'` and `'closed'`, in turn. */
  get turns(): readonly string[] {
    return this.found.map(({ state }) => state)
  }

  /** Distinct findings. */
  get count(): number {
    return new Set(this.found.map(({ id }) => id)).size
  }

  #take(findings: readonly Finding[]): void {
    if (findings.length > 0) this.found.push(...findings)
  }
}
