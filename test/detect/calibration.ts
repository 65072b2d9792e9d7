import { tailOf } from '../../src/math/normal.js'
import { gaussian } from '../../src/math/random.js'
import type { Detector } from '../../src/model/index.js'
import { HOUR, MONDAY } from './story.js'

/** What is played: each series has another seed. */
export interface Playing {
  readonly draw?: (seed: number, at: number) => number
  readonly hours?: number
  readonly every?: number
  readonly series?: number
  /** Scores before this hour are not counted. */
  readonly from?: number
}

/** How often scores exceed some sigmas, as a multiple of how often a Gaussian does; of the rows with an opinion. */
// biome-ignore lint/suspicious/noExplicitAny: any detector can be judged
export function excess(detector: Detector<any>, sigmas: number, playing: Playing = {}): number {
  const { draw = gaussian, hours = 8, every = 10_000, series = 40, from = 0 } = playing
  let rows = 0
  let over = 0
  for (let seed = 1; seed <= series; seed++) {
    const state = detector.start()
    for (let at = 0; at < hours * HOUR; at += every) {
      const value = draw(seed, at)
      const score = detector.score(state, value, MONDAY + at)
      detector.learn(state, value, MONDAY + at)
      if (Number.isNaN(score) || at < from * HOUR) continue
      rows++
      if (score > sigmas) over++
    }
  }
  return over / rows / tailOf(sigmas)
}
