/** All figures of one detector over all series. */
import { type Calibration, calibration } from './calibration.js'
import type { Series } from './corpora.js'
import { type Cost, heapBytes, jsonBytes, timed } from './cost.js'
import { defaultThreshold, type FindingScores, findingScores } from './findings.js'
import { type NabScores, nabScores } from './nab.js'
import type { Subject } from './run.js'
import { type AtThreshold, atThreshold, bestThreshold, type CrossValidated, crossValidated } from './thresholds.js'

export interface Evaluation {
  readonly subject: string
  /** The detector's own name, with its version. */
  readonly detector: string
  /** At the threshold that `anomaly()` has by default. */
  readonly atDefault: AtThreshold
  /** At the one global threshold that does best, searched with the labels in view. */
  readonly best: AtThreshold | null
  readonly crossValidated: CrossValidated
  readonly findings: FindingScores
  readonly nab: NabScores
  readonly calibration: readonly Calibration[]
  readonly cost: Cost
}

/** Some seconds for half a million rows. */
export function evaluation(subject: Subject, series: readonly Series[]): Evaluation {
  const { runs, nsPerRow } = timed(subject, series)
  return {
    subject: subject.name,
    detector: subject.make(series[0] as Series).name,
    atDefault: atThreshold(runs, defaultThreshold()),
    best: bestThreshold(runs),
    crossValidated: crossValidated(runs),
    findings: findingScores(subject, series),
    nab: nabScores(runs),
    calibration: calibration(runs),
    cost: { nsPerRow, jsonBytes: jsonBytes(runs), heapBytes: heapBytes(subject, series) },
  }
}
