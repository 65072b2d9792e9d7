/**
 * Counts alarms against labelled events.
 *
 *     precision = seen / (seen + false alarms)      recall = seen / events      F1 = their harmonic mean
 *
 * An event is seen by its first alarm, once, however many follow. False alarms that lie close together are one. Rows before
 * the end of the warm-up do not count, nor does an event that ends before it.
 */
import type { Corpus, Labelled, Series } from './corpora.js'

/** How a corpus is counted; in rows. */
export interface Rule {
  /** A false alarm within so many rows of the last one that counted belongs to it. */
  readonly merge: number
  /** An alarm so early, or so late, still belongs to the event. */
  readonly early: number
  readonly late: number
  /** The event must be seen within so many rows of its start. */
  readonly within?: number
}

export const RULES: Readonly<Record<Corpus, Rule>> = {
  NAB: { merge: 60, early: 0, late: 0 },
  'MS cloud': { merge: 10, early: 2, late: 3 },
  KPI: { merge: 10, early: 2, late: 3, within: 7 },
}

export interface EventScore {
  readonly f1: number
  readonly precision: number
  readonly recall: number
  readonly events: number
  readonly falseAlarms: number
  /** `NaN` (`null` in JSON) where there are no series. */
  readonly falsePerSeriesWeek: number
  /** From the start of the event to its first alarm, median over the seen; 0 where that came early. `null` when none is seen. */
  readonly medianDelayRows: number | null
  readonly medianDelayMs: number | null
}

/** The rows at which one series raised an alarm, ascending, none of them before `series.warm`. */
export interface Alarms {
  readonly series: Series
  readonly rows: readonly number[]
}

const DAY = 864e5

export function eventScore(all: readonly Alarms[], rule: Rule): EventScore {
  const delays: number[] = []
  const delaysMs: number[] = []
  let [events, falseAlarms, days] = [0, 0, 0]
  for (const { series, rows } of all) {
    const due = series.events.filter(([, last]) => last >= series.warm)
    const found = judge(due, rows, rule)
    for (const [k, row] of found.seen.entries()) {
      if (row < 0) continue
      const first = (due[k] as Labelled)[0]
      delays.push(Math.max(0, row - first))
      delaysMs.push(Math.max(0, (series.time[row] as number) - (series.time[first] as number)))
    }
    events += due.length
    falseAlarms += found.wrong
    days += ((series.time[series.rows - 1] as number) - (series.time[series.warm] as number)) / DAY
  }
  const seen = delays.length
  const precision = seen / (seen + falseAlarms || 1)
  const recall = seen / (events || 1)
  return {
    f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0,
    precision,
    recall,
    events,
    falseAlarms,
    falsePerSeriesWeek: (7 * falseAlarms) / days,
    medianDelayRows: upperMedian(delays),
    medianDelayMs: upperMedian(delaysMs),
  }
}

/** The row of the first alarm for each event (-1: unseen), and how many alarms belong to none. Both lists are in order. */
function judge(due: readonly Labelled[], rows: readonly number[], rule: Rule): { seen: number[]; wrong: number } {
  const { merge, early, late, within = Number.POSITIVE_INFINITY } = rule
  const seen = due.map(() => -1)
  let [next, wrong, lastWrong] = [0, 0, Number.NEGATIVE_INFINITY]
  for (const row of rows) {
    while (next < due.length && row > (due[next] as Labelled)[1] + late) next++
    let inside = false
    for (let k = next; k < due.length; k++) {
      const [first, last] = due[k] as Labelled
      if (row < first - early) break
      if (row > last + late) continue
      inside = true
      if ((seen[k] as number) < 0 && row <= first + within) seen[k] = row
    }
    if (inside || row - lastWrong <= merge) continue
    wrong++
    lastWrong = row
  }
  return { seen, wrong }
}

function upperMedian(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null
}
