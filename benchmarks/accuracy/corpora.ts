/** Reads the labelled corpora: a folder with a `manifest.json` and one CSV (`timestamp,value,label`, seconds) a series. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The corpora that are scored, and how the manifest names them. */
const NAMES = { NAB: /^NAB$/, 'MS cloud': /^Microsoft/, KPI: /KPI/ } as const

export type Corpus = keyof typeof NAMES
export const CORPORA = Object.keys(NAMES) as readonly Corpus[]

/** First and last row of a labelled event. */
export type Labelled = readonly [first: number, last: number]

export interface Series {
  readonly file: string
  /** `undefined` for a corpus that is not among {@link CORPORA}: such a series is run and calibrated, but has no events of its own. */
  readonly corpus: Corpus | undefined
  readonly rows: number
  /** Rows that are not scored: 15 % of the file, 750 at most. The detector sees and learns them. */
  readonly warm: number
  /** Milliseconds since the epoch. */
  readonly time: Float64Array
  /** `NaN` is a gap: the monitor stops it at the door. */
  readonly value: Float64Array
  /** In the order of time. */
  readonly events: readonly Labelled[]
}

export interface Data {
  /** Which part of the corpora this is, as the manifest says. */
  readonly split: string
  readonly series: readonly Series[]
}

interface Meta {
  readonly file: string
  readonly kind: string
  readonly corpus: string
  readonly windows: readonly { readonly start_row: number; readonly end_row: number }[]
}

/** All univariate series of a folder. */
export function corpora(folder: string): Data {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { split: string; files: Meta[] }
  const series = manifest.files.filter(({ kind }) => kind === 'univariate').map((meta) => read(folder, meta))
  return { split: manifest.split, series }
}

function read(folder: string, { file, corpus, windows }: Meta): Series {
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n')
  const rows = lines.length - 1
  const [time, value] = [new Float64Array(rows), new Float64Array(rows)]
  for (let i = 0; i < rows; i++) {
    const [seconds, number] = (lines[i + 1] as string).split(',')
    time[i] = Number(seconds) * 1000
    value[i] = number === '' ? Number.NaN : Number(number)
  }
  const events = windows.map(({ start_row, end_row }): Labelled => [start_row, end_row])
  const warm = Math.min(Math.floor(0.15 * rows), 750)
  return { file, corpus: CORPORA.find((name) => NAMES[name].test(corpus)), rows, warm, time, value, events }
}
