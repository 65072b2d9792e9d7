import { isDeepStrictEqual } from 'node:util'
import { type Detector, messageOf, show } from '../../model/index.js'
import { dataOf, textOf } from '../../monitor/snapshot/snapshot-value.js'
import type { Wave } from '../waves.js'
import { broken, must } from './law.js'

/** A Monday, at midnight UTC. */
export const START = 1_704_067_200_000
export const STEP = 10_000

/** One memory and its story, checked at every step. */
export class DetectorRun {
  readonly scores: number[] = []
  time: number = START

  constructor(
    private readonly detector: Detector,
    private readonly wave: Wave,
    public state: unknown = detector.start(),
  ) {}

  /** The wave's next values, at their pace. */
  play(rows: number): this {
    for (let row = 0; row < rows; row++) this.feed(this.wave(this.time - START), this.time + STEP)
    return this
  }

  feed(value: number, time: number = this.time + STEP): void {
    this.time = time
    const score = this.detector.score(this.state, value, time)
    must(typeof score === 'number', `the score of ${value} is a ${typeof score}`)
    must(
      Number.isNaN(score) || (score >= 0 && score < Infinity),
      `the score of ${value} after ${this.scores.length} is ${score}`,
    )
    this.scores.push(score)
    this.checkBand()
    this.detector.learn(this.state, value, time)
  }

  checkBand(): void {
    const band = this.detector.expect?.(this.state, this.time)
    if (band === undefined) return
    const { low, value, high } = band
    const finite = Number.isFinite(low) && Number.isFinite(value) && Number.isFinite(high)
    must(finite && low <= value && value <= high, `the expected band is out of order: ${low} to ${value} to ${high}`)
  }

  checkPurity(): void {
    const before = this.text()
    for (const value of [0, 100, 1e9, -1e9]) {
      const time = this.time + STEP
      const [once, twice] = [1, 2].map(() => this.detector.score(this.state, value, time))
      const [band, again] = [1, 2].map(() => this.detector.expect?.(this.state, time))
      must(Object.is(once, twice), `the score of ${value} was ${once}, and ${twice} when asked again`)
      const [words, others] = [1, 2].map(() => this.detector.explain?.(this.state, value, time))
      must(isDeepStrictEqual(band, again), 'the expected band changed when asked again')
      must(words === others, `the explanation was ${show(words)}, and ${show(others)} when asked again`)
      must(words === undefined || typeof words === 'string', `the explanation of ${value} is a ${typeof words}`)
    }
    must(this.text() === before, 'scoring changed the memory')
  }

  checkPlain(): void {
    const odd = /\{"\$":"(NaN|-?Infinity|undefined)"\}/.exec(this.text())
    must(!odd, `the memory holds ${odd?.[1]}, which JSON cannot say`)
  }

  restored(): DetectorRun {
    const other = new DetectorRun(this.detector, this.wave, dataOf(this.text()))
    other.time = this.time
    return other
  }

  /** The names of the memory's fields, and what kind of thing is in each. */
  shape(): string {
    return shapeOf(this.state)
  }

  text(): string {
    try {
      return textOf(this.state, 2 ** 28)
    } catch (error) {
      broken(`the memory is no plain data: it ${messageOf(error)}`)
    }
  }
}

function shapeOf(state: unknown): string {
  if (typeof state !== 'object' || state === null) return state === null ? 'null' : typeof state
  if (ArrayBuffer.isView(state)) return state.constructor.name
  if (Array.isArray(state)) return 'array'
  return `{ ${Object.entries(state)
    .map(([key, value]) => `${key}: ${shapeOf(value)}`)
    .join(', ')} }`
}
