/** Reads the labelled corpora of several signals: a CSV a group, `timestamp,m0,m1,…,label`, as a manifest.json lists them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** First and last row of an event. */
export type Span = readonly [first: number, last: number]

/** Signals watched together, with what people have said of them. */
export interface Group {
  readonly file: string
  readonly corpus: string
  readonly signals: number
  readonly rows: number
  /** Rows before this one are learned and not judged: the part that the corpus gives for training, without labels. */
  readonly judged: number
  /** Milliseconds since the epoch. */
  readonly time: Float64Array
  /** Row after row; `NaN` is a gap. */
  readonly values: Float64Array
  readonly events: readonly Span[]
  /** Which signals made an event, where the corpus says so. */
  readonly causes: readonly { readonly span: Span; readonly signals: readonly number[] }[]
}

export interface Groups {
  readonly split: string
  readonly groups: readonly Group[]
}

interface Rows {
  readonly start_row: number
  readonly end_row: number
}

interface Meta {
  readonly file: string
  readonly kind: string
  readonly corpus: string
  readonly dims: number
  readonly train_rows: number
  readonly windows: readonly Rows[]
  readonly explanations?: readonly (Rows & { readonly metrics: readonly string[] })[]
}

/** All groups of a folder. */
export function multivariateCorpora(folder: string): Groups {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { split: string; files: Meta[] }
  const groups = manifest.files.filter(({ kind }) => kind === 'multivariate').map((meta) => read(folder, meta))
  return { split: manifest.split, groups }
}

function read(folder: string, meta: Meta): Group {
  const [header = '', ...lines] = readFileSync(join(folder, meta.file), 'utf8').trim().split('\n')
  const names = header.split(',').slice(1, 1 + meta.dims)
  const time = new Float64Array(lines.length)
  const values = new Float64Array(lines.length * meta.dims)
  lines.forEach((line, row) => {
    const cells = line.split(',')
    time[row] = Number(cells[0]) * 1000
    for (let i = 0; i < meta.dims; i++) {
      const cell = cells[i + 1] as string
      values[row * meta.dims + i] = cell === '' ? Number.NaN : Number(cell)
    }
  })
  return {
    file: meta.file,
    corpus: meta.corpus.replace(/ \(.*\)/, ''),
    signals: meta.dims,
    rows: lines.length,
    judged: meta.train_rows,
    time,
    values,
    events: meta.windows.map(spanOf),
    causes: (meta.explanations ?? []).map((one) => ({
      span: spanOf(one),
      signals: one.metrics.map((name) => names.indexOf(name)),
    })),
  }
}

function spanOf({ start_row, end_row }: Rows): Span {
  return [start_row, end_row]
}
