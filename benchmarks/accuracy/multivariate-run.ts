/** Runs detectors over groups of signals, row by row: each row is scored, then learned, and nothing is known in advance. */
import { type Detector, ewma, type GroupDetector } from 'pi-uptime'
import { forest } from 'pi-uptime/detect'
import type { Group } from './multivariate-corpora.js'

/** What is measured. */
export interface GroupSubject {
  readonly name: string
  make(signals: number): GroupDetector
}

/** One detector over one group. */
export interface GroupRun {
  readonly group: Group
  /** By row; 0 for no opinion. */
  readonly scores: Float64Array
  /** By row and signal, where the score is at least {@link WORTH_BLAMING}. */
  readonly blame: ReadonlyMap<number, Float64Array>
}

const WORTH_BLAMING = 2.5

/** A baseline: each signal by itself, under a detector of one signal; the scores become one, and are to blame by their size. */
function each(name: string, make: () => Detector, combine: (scores: readonly number[]) => number): GroupSubject {
  return { name, make: (signals) => combined(Array.from({ length: signals }, make), combine) }
}

const worst = (scores: readonly number[]): number => Math.max(...scores)
const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length

export const GROUP_SUBJECTS: readonly GroupSubject[] = [
  { name: 'forest()', make: () => forest() },
  each('worst of ewma()', () => ewma(), worst),
  each("worst of ewma({ halfLife: '2d' })", () => ewma({ halfLife: '2d' }), worst),
  each("mean of ewma({ halfLife: '2d' })", () => ewma({ halfLife: '2d' }), mean),
]

/** `forest()` with other questions in its trees: how much of a figure is chance. */
export const SEEDS: readonly GroupSubject[] = [2, 3, 4, 5, 6, 7, 8].map((seed) => ({
  name: `forest({ seed: ${seed} })`,
  make: () => forest({ seed }),
}))

export function groupRun(subject: GroupSubject, group: Group): GroupRun {
  const { rows, signals, values, time } = group
  const detector = subject.make(signals)
  const state = detector.start()
  const scores = new Float64Array(rows)
  const blame = new Map<number, Float64Array>()
  for (let row = 0; row < rows; row++) {
    const vector = values.subarray(row * signals, (row + 1) * signals)
    const score = detector.score(state, vector, time[row] as number)
    if (score > 0) scores[row] = score
    if (score >= WORTH_BLAMING) {
      const shares = new Float64Array(signals)
      detector.blame(state, vector, time[row] as number, shares)
      blame.set(row, shares)
    }
    detector.learn(state, vector, time[row] as number)
  }
  return { group, scores, blame }
}

function combined(
  detectors: readonly Detector[],
  combine: (scores: readonly number[]) => number,
): GroupDetector<unknown[]> {
  const scoresOf = (states: unknown[], values: Float64Array, time: number): number[] =>
    detectors.map((detector, i) =>
      Number.isNaN(values[i]) ? 0 : detector.score(states[i], values[i] as number, time) || 0,
    )
  return {
    name: 'combined@1',
    start: () => detectors.map((detector) => detector.start()),
    score: (states, values, time) => combine(scoresOf(states, values, time)),
    learn(states, values, time) {
      detectors.forEach((detector, i) => {
        if (!Number.isNaN(values[i])) detector.learn(states[i], values[i] as number, time)
      })
    },
    blame(states, values, time, into) {
      const scores = scoresOf(states, values, time)
      const sum = scores.reduce((total, score) => total + score, 0) || 1
      scores.forEach((score, i) => {
        into[i] = score / sum
      })
    },
  }
}
