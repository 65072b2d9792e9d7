import type { Band, Detector } from '../../src/model/index.js'
import type { Wave } from '../../src/testing/waves.js'

/** A Monday, at midnight UTC. */
export const MONDAY = 1_704_067_200_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY: number = 24 * HOUR

export interface Moment {
  /** Milliseconds since the story began. */
  readonly at: number
  readonly value: number
  readonly score: number
  readonly band: Band | undefined
}

/** One series under one detector: each value is scored, then learned. */
export class Story<S> {
  readonly moments: Moment[] = []
  at = 0

  constructor(
    readonly detector: Detector<S>,
    private readonly wave: Wave,
    readonly state: S = detector.start(),
  ) {}

  /** Plays the wave until a time, in even steps. */
  until(end: number, every = 10_000): this {
    for (; this.at < end; this.at += every) this.feed(this.wave(this.at))
    return this
  }

  feed(value: number): number {
    if (Number.isNaN(value)) return Number.NaN
    const time = MONDAY + this.at
    const score = this.detector.score(this.state, value, time)
    this.moments.push({ at: this.at, value, score, band: this.detector.expect?.(this.state, time) })
    this.detector.learn(this.state, value, time)
    return score
  }

  /** How unexpected a value would be now. */
  ask(value: number): number {
    return this.detector.score(this.state, value, MONDAY + this.at)
  }

  between(from: number, to: number): readonly Moment[] {
    return this.moments.filter(({ at }) => at >= from && at < to)
  }

  worst(from: number, to: number): number {
    return this.between(from, to).reduce((worst, { score }) => Math.max(worst, score || 0), 0)
  }

  /** The share of moments that score above a threshold. */
  above(threshold: number, from: number, to: number): number {
    const moments = this.between(from, to)
    return moments.filter(({ score }) => score > threshold).length / moments.length
  }
}
