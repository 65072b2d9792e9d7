/**
 * Whether a score of z means what it says: how often a normal row exceeds it, divided by how often a Gaussian exceeds z.
 *
 * 1 is as promised, 10 is ten times as many alarms as promised. Normal rows are those from 10 before to 50 behind no labelled
 * event; a file with 500 of them or fewer does not count. A label is a judgement, and some real oddities carry none.
 */
import type { Run } from './run.js'

export interface Calibration {
  readonly z: number
  /** How often a Gaussian exceeds z, to both sides. */
  readonly gaussian: number
  /** Over the files. */
  readonly ratioMedian: number
  readonly ratioP10: number
  readonly ratioP90: number
}

const ENOUGH = 500

export function calibration(runs: readonly Run[]): readonly Calibration[] {
  const marks = runs.map(({ series }) => nearEvents(series.rows, series.events))
  return [2, 3, 4].map((z) => {
    const shares: number[] = []
    for (const [k, one] of runs.entries()) {
      const { over, normal } = count(one, marks[k] as Uint8Array, z)
      if (normal > ENOUGH) shares.push(over / normal)
    }
    shares.sort((a, b) => a - b)
    const gaussian = tail(z)
    const at = (q: number): number => {
      const share = shares[Math.min(shares.length - 1, Math.floor(q * shares.length))]
      return (share ?? Number.NaN) / gaussian
    }
    return { z, gaussian, ratioMedian: at(0.5), ratioP10: at(0.1), ratioP90: at(0.9) }
  })
}

function nearEvents(rows: number, events: Run['series']['events']): Uint8Array {
  const near = new Uint8Array(rows)
  for (const [first, last] of events) near.fill(1, Math.max(0, first - 10), Math.min(rows, last + 50))
  return near
}

function count({ series, score }: Run, near: Uint8Array, z: number): { over: number; normal: number } {
  let [over, normal] = [0, 0]
  for (let i = series.warm; i < series.rows; i++) {
    if (near[i] === 1 || !Number.isFinite(series.value[i])) continue
    normal++
    if ((score[i] as number) > z) over++
  }
  return { over, normal }
}

/**
 * P(|Z| > z) of a Gaussian, to 1.5e-7: erfc(z / √2).
 *
 * @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26.
 */
export function tail(z: number): number {
  const t = 1 / (1 + (0.3275911 * z) / Math.SQRT2)
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return p * Math.exp((-z * z) / 2)
}
