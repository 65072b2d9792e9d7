/** What a detector must beat: the two rules that people write by hand. Both score the distance from a mean in sigmas. */
import type { Detector } from 'pi-uptime'
import type { Series } from './corpora.js'
import type { Subject } from './run.js'

/** Mean and sum of squared distances, by Welford. */
interface Moments {
  count: number
  mean: number
  squares: number
}

const CAP = 1e6

/** The limits `mean ± k · deviation` of the first rows of the file, its warm-up, and never again: it is told how many those are. */
const fixed = ({ warm }: Series): Detector<Moments> => ({
  name: 'fixed-threshold@1',
  start,
  score: (state, value) => (state.count < warm ? Number.NaN : sigmas(state, value)),
  learn(state, value) {
    if (state.count < warm) take(state, value)
  },
})

/** The same over all that was ever seen, outliers included. */
const plainZ = (): Detector<Moments> => ({
  name: 'plain-z@1',
  start,
  score: (state, value) => (state.count < 2 ? Number.NaN : sigmas(state, value)),
  learn: take,
})

export const BASELINES: readonly Subject[] = [
  { name: 'fixed threshold', make: fixed },
  { name: 'plain z-score', make: plainZ },
]

function start(): Moments {
  return { count: 0, mean: 0, squares: 0 }
}

function take(state: Moments, value: number): void {
  state.count++
  const step = value - state.mean
  state.mean += step / state.count
  state.squares += step * (value - state.mean)
}

function sigmas({ count, mean, squares }: Moments, value: number): number {
  const off = Math.abs(value - mean)
  return off === 0 ? 0 : Math.min(CAP, off / Math.sqrt(squares / count))
}
