/** Runs a detector over series, strictly causal: row by row it scores the value first and learns it after. */
import type { Detector } from 'pi-uptime'
import type { Corpus, Series } from './corpora.js'

/** What is scored: a detector, made anew for every series. */
export interface Subject {
  readonly name: string
  /** Only a baseline looks at the series, and says so; a detector knows nothing in advance. */
  // biome-ignore lint/suspicious/noExplicitAny: a detector's memory is its own business
  make(series: Series): Detector<any>
}

/** One series and what a detector thought of each row; 0 where it had no opinion, or where there is a gap. */
export interface Run {
  readonly series: Series
  readonly score: Float64Array
  /** The detector's memory at the end. */
  readonly state: unknown
}

export function run(subject: Subject, series: Series): Run {
  const { rows, time, value } = series
  const detector = subject.make(series)
  const state = detector.start()
  const score = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const v = value[i] as number
    const t = time[i] as number
    if (!Number.isFinite(v)) continue
    const s = detector.score(state, v, t)
    score[i] = Number.isFinite(s) ? s : 0
    detector.learn(state, v, t)
  }
  return { series, score, state }
}

export function of(corpus: Corpus, runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ series }) => series.corpus === corpus)
}
