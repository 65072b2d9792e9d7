import type { Corpus, Labelled, Series } from '../../benchmarks/accuracy/corpora.js'
import type { Run, Subject } from '../../benchmarks/accuracy/run.js'
import type { Detector } from '../../src/model/index.js'

export const MINUTE = 60_000
const BEGAN = 1_700_000_000_000

/** A made series: quiet but for what is set at some rows, a row a minute, 100 rows of warm-up. */
export interface Made {
  readonly corpus?: Corpus
  readonly rows?: number
  readonly every?: number
  readonly events?: readonly Labelled[]
  /** Values, or scores, by row; 0 elsewhere. */
  readonly at?: Readonly<Record<number, number>>
}

export function made({ corpus = 'MS cloud', rows = 1_000, every = MINUTE, events = [], at = {} }: Made): Series {
  const time = Float64Array.from({ length: rows }, (_, i) => BEGAN + i * every)
  return { file: 'made.csv', corpus, rows, warm: 100, time, value: filled(rows, at), events }
}

/** The same, where `at` are the scores that some detector gave. */
export function scored(of: Made): Run {
  return { series: made({ ...of, at: {} }), score: filled(of.rows ?? 1_000, of.at ?? {}), state: null }
}

/** Its score is the value itself. */
export const echo: Subject = {
  name: 'echo',
  make: (): Detector<null> => ({ name: 'echo@1', start: () => null, score: (_, value) => value, learn() {} }),
}

function filled(rows: number, at: Readonly<Record<number, number>>): Float64Array {
  const list = new Float64Array(rows)
  for (const [row, value] of Object.entries(at)) list[Number(row)] = value
  return list
}
