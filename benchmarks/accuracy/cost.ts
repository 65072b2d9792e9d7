/** What a detector costs: time a row, and memory a series once it has seen some thousand rows. */
import { median } from '../frame.js'
import type { Series } from './corpora.js'
import { type Run, run, type Subject } from './run.js'

export interface Cost {
  /** Processor time to score and learn one row: the fastest of the passes over all series. */
  readonly nsPerRow: number
  /** Of the memory at the end, as JSON: mean over the series. */
  readonly jsonBytes: number
  /** What a series takes in V8, typed arrays included: mean over a thousand of them. */
  readonly heapBytes: number
}

const PASSES = 3
/** Memories that are held at the same time, the series taken in turn... */
const KEPT = 1_000
/** ...and what each of them has seen at most: some detectors keep more as they see more. */
const ROWS = 5_000

/** Runs all series, several times, since other work on the machine only ever adds; the runs are those of the last pass. */
export function timed(subject: Subject, series: readonly Series[]): { runs: readonly Run[]; nsPerRow: number } {
  const rows = series.reduce((sum, one) => sum + one.rows, 0)
  const costs: number[] = []
  let runs: readonly Run[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const began = process.cpuUsage()
    runs = series.map((one) => run(subject, one))
    const { user, system } = process.cpuUsage(began)
    costs.push((1_000 * (user + system)) / rows)
  }
  return { runs, nsPerRow: Math.min(...costs) }
}

export function jsonBytes(runs: readonly Run[]): number {
  return runs.reduce((sum, { state }) => sum + JSON.stringify(state).length, 0) / runs.length
}

/** Median of the passes: V8 frees what a run leaves behind when it likes. */
export function heapBytes(subject: Subject, series: readonly Series[]): number {
  const heads = series.map((one) => ({ ...one, rows: Math.min(one.rows, ROWS) }))
  for (const one of heads) run(subject, one)
  return Math.round(median(Array.from({ length: PASSES }, () => growth(subject, heads))))
}

/** By how much the heap grows with each memory that is kept. */
function growth(subject: Subject, heads: readonly Series[]): number {
  const kept: unknown[] = new Array(KEPT).fill(null)
  const before = held()
  for (let i = 0; i < KEPT; i++) kept[i] = run(subject, heads[i % heads.length] as Series).state
  const bytes = (held() - before) / KEPT
  if (kept.includes(undefined)) throw new Error(`a memory of ${subject.name} is missing`)
  return bytes
}

function held(): number {
  const { gc } = globalThis as { gc?: () => void }
  if (gc === undefined) throw new Error('start node with --expose-gc')
  for (let i = 0; i < 3; i++) gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
