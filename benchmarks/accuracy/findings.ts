/**
 * Scores what a person would be told: the real `anomaly()`, at its defaults, over each series, one opened finding an event.
 *
 * A finding counts at the row at which it opened, by the rules of its corpus, but false findings are never merged: each was told. One
 * that opens again within its cooldown is the same one. An event that begins while a finding is open for something else is seen only if
 * another one opens.
 */
import { anomaly, type Detector, type Signal } from 'pi-uptime'
import { CORPORA, type Corpus, type Series } from './corpora.js'
import { type Alarms, type EventScore, eventScore, RULES } from './events.js'
import type { Subject } from './run.js'

export type FindingScores = Readonly<Record<Corpus, EventScore>>

export function findingScores(subject: Subject, series: readonly Series[]): FindingScores {
  const scored = CORPORA.map((corpus) => {
    const opened = series.filter((one) => one.corpus === corpus).map((one) => opens(subject, one))
    return [corpus, eventScore(opened, { ...RULES[corpus], merge: 0 })]
  })
  return Object.fromEntries(scored) as FindingScores
}

/**
 * The rows at which findings opened. Time passes before each value: the monitor lets it pass about once a second, of which the
 * last one before a value sees all that the others saw.
 */
export function opens(subject: Subject, series: Series): Alarms {
  const watcher = anomaly({ detector: subject.make(series) })
  const state = watcher.start()
  const signal: Signal = { name: 'benchmark.series', unit: '1', attributes: { file: series.file } }
  const told = new Set<string>()
  const rows: number[] = []
  for (let i = 0; i < series.rows; i++) {
    const value = series.value[i] as number
    const time = series.time[i] as number
    watcher.tick(state, time, signal)
    if (!Number.isFinite(value)) continue
    for (const { id, state: now } of watcher.push(state, value, time, signal)) {
      if (now !== 'open' || told.has(id)) continue
      told.add(id)
      if (i >= series.warm && rows.at(-1) !== i) rows.push(i)
    }
  }
  return { series, rows }
}

/** The threshold that `anomaly()` has when none is given: the lowest score that opens a finding, found by asking it. */
export function defaultThreshold(): number {
  let [low, high] = [0, 1_000]
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (opensAt(middle)) high = middle
    else low = middle
  }
  return Math.round(high * 1e6) / 1e6
}

function opensAt(score: number): boolean {
  const says: Detector<null> = { name: 'says', start: () => null, score: () => score, learn() {} }
  const watcher = anomaly({ detector: says, minDuration: 0 })
  return watcher.push(watcher.start(), 0, 0, { name: 'asked', unit: '1', attributes: {} }).length > 0
}
