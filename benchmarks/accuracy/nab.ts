/**
 * The score of the Numenta Anomaly Benchmark over the series of that corpus: 0 is a silent detector, 100 a perfect one.
 *
 *     sigmoid(p) = 2 / (1 + e^(5p)) − 1, and −1 for p > 3
 *
 * A window earns by its best alarm: `sigmoid(−(last − row + 1) / length) / sigmoid(−1)`, so 1 at its start and little at its end; unseen
 * it costs `miss`. An alarm outside costs `wrong` times the sigmoid of its distance behind the last window, in spans of that window,
 * or all of it when there is none. The threshold is the best one for the profile, as in the published scores.
 *
 * @see Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms: the Numenta Anomaly Benchmark", 2015.
 */
import type { Labelled, Series } from './corpora.js'
import { of, type Run } from './run.js'

/** What mistakes cost, where the earliest possible alarm of a window earns 1. */
export interface Profile {
  readonly miss: number
  readonly wrong: number
}

export const PROFILES = {
  standard: { miss: 1, wrong: 0.11 },
  rewardLowFP: { miss: 1, wrong: 0.22 },
  rewardLowFN: { miss: 2, wrong: 0.11 },
} as const satisfies Record<string, Profile>

export type NabScores = Readonly<Record<keyof typeof PROFILES, number>>

/** One alarm: what it earns in its window, or what it costs outside any. */
interface Alarm {
  readonly score: number
  readonly reward: number
  /** -1 outside. */
  readonly window: number
}

/** An alarm within so many rows of a higher one belongs to it. */
const COOLDOWN = 100

export function nabScores(all: readonly Run[]): NabScores {
  const runs = of('NAB', all)
  const alarms: Alarm[] = []
  let windows = 0
  const due: number[] = []
  for (const { series, score } of runs) {
    alarms.push(...rewards(series, emitted(series, score), windows))
    for (const [, last] of series.events) {
      if (last >= series.warm) due.push(windows)
      windows++
    }
  }
  alarms.sort((a, b) => b.score - a.score)
  const scores = Object.entries(PROFILES).map(([name, profile]) => [name, best(alarms, due, windows, profile)])
  return Object.fromEntries(scores) as NabScores
}

/** The scores that count as alarms of their own; 0 elsewhere. */
function emitted({ rows }: Series, score: Float64Array): Float64Array {
  const kept = new Float64Array(rows)
  let [last, height] = [Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < rows; i++) {
    const s = score[i] as number
    if (!(s > 0) || (i - last <= COOLDOWN && s <= height)) continue
    kept[i] = s
    last = i
    height = s
  }
  return kept
}

function rewards({ rows, warm, events }: Series, kept: Float64Array, firstWindow: number): readonly Alarm[] {
  const alarms: Alarm[] = []
  let w = 0
  for (let i = 0; i < rows; i++) {
    while (w < events.length && i > (events[w] as Labelled)[1]) w++
    const score = kept[i] as number
    if (i < warm || !(score > 0)) continue
    const here = events[w]
    if (here && i >= here[0]) alarms.push({ score, reward: early(i, here), window: firstWindow + w })
    else alarms.push({ score, reward: behind(i, events[w - 1]), window: -1 })
  }
  return alarms
}

function early(row: number, [first, last]: Labelled): number {
  return sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1)
}

function behind(row: number, previous: Labelled | undefined): number {
  return previous ? sigmoid((row - previous[1]) / (previous[1] - previous[0])) : -1
}

function sigmoid(p: number): number {
  return p > 3 ? -1 : 2 / (1 + Math.exp(5 * p)) - 1
}

/** Lowers the threshold alarm by alarm and keeps the best sum, scaled so that silence is 0 and every window seen at once 100. */
function best(alarms: readonly Alarm[], due: readonly number[], windows: number, { miss, wrong }: Profile): number {
  const gained = new Map(due.map((id) => [id, -miss]))
  const silent = -miss * due.length
  let [raw, highest] = [silent, silent]
  for (const [k, { score, reward, window }] of alarms.entries()) {
    if (window < 0) raw += reward * wrong
    else if (reward > (gained.get(window) as number)) {
      raw += reward - (gained.get(window) as number)
      gained.set(window, reward)
    }
    if (alarms[k + 1]?.score !== score) highest = Math.max(highest, raw)
  }
  return (100 * (highest - silent)) / (windows - silent)
}
