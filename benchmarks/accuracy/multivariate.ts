/**
 * How well several signals at once are watched, on labelled corpora: `tsx benchmarks/accuracy/multivariate.ts --data DIR`.
 *
 *   --data DIR     a folder with manifest.json; without it nothing is measured
 *   --seeds        `forest()` with seven other seeds too, and results.md stays as it is
 *   --json         JSON, and results.md stays as it is
 *
 * Events are counted as those of one signal are: seen by an alarm from 2 rows before to 3 rows after; false alarms within 10
 * rows are one. Rows that a corpus gives for training are learned, row by row as all others, and not judged: they have no labels.
 */
import { parseArgs } from 'node:util'
import { together } from 'pi-uptime/watch'
import { machine } from '../frame.js'
import { writeSection } from '../results.js'
import { type Group, multivariateCorpora, type Span } from './multivariate-corpora.js'
import { GROUP_SUBJECTS, type GroupRun, type GroupSubject, groupRun, SEEDS } from './multivariate-run.js'

/** Events found at one threshold. */
export interface Found {
  readonly threshold: number
  readonly f1: number
  readonly precision: number
  readonly recall: number
  readonly events: number
  readonly falseAlarms: number
}

/** What one detector is worth on one corpus. */
export interface MultivariateRow {
  readonly detector: string
  readonly corpus: string
  readonly files: number
  readonly atDefault: Found
  /** At the one threshold for all corpora with the best mean F1; searched with the labels in view. */
  readonly atBest: Found
  /** At the threshold that is best for the other corpora: searched without this one's labels. */
  readonly crossed: Found
  /** Of the three signals that are blamed most at an event's highest score, the part that the labels name; and by chance. */
  readonly blamed: number
  readonly chance: number
}

const EARLY = 2
const LATE = 3
const MERGE = 10
/** The threshold of `together()` when none is given. */
export const THRESHOLD: number = together({ signals: '*' }).start().alarm.threshold
const MOST_BLAMED = 3

/** All figures for a folder of corpora. */
export function multivariate(folder: string, seeds = false): readonly MultivariateRow[] {
  const { groups } = multivariateCorpora(folder)
  return [...GROUP_SUBJECTS, ...(seeds ? SEEDS : [])].flatMap((subject) => rowsOf(subject, groups))
}

function rowsOf(subject: GroupSubject, groups: readonly Group[]): MultivariateRow[] {
  const runs = groups.map((group) => groupRun(subject, group))
  const corpora = [...new Set(groups.map(({ corpus }) => corpus))]
  const of = (corpus: string): GroupRun[] => runs.filter(({ group }) => group.corpus === corpus)
  const thresholds = candidates(runs)
  const bestFor = (names: readonly string[]): number => bestOf(thresholds, names.map(of))
  const best = bestFor(corpora)
  return corpora.map((corpus) => ({
    detector: subject.name,
    corpus,
    files: of(corpus).length,
    atDefault: found(of(corpus), THRESHOLD),
    atBest: found(of(corpus), best),
    crossed: found(of(corpus), bestFor(corpora.filter((other) => other !== corpus))),
    ...blameOf(of(corpus)),
  }))
}

/** Scores that rows have, from the highest down, closer where they are rare. */
function candidates(runs: readonly GroupRun[]): number[] {
  const scores = runs.flatMap(({ group, scores: all }) => [...all.subarray(group.judged)].filter((score) => score > 0))
  scores.sort((a, b) => b - a)
  const chosen: number[] = []
  for (let k = 3; k < scores.length / 5; k = Math.ceil(k * 1.05) + 1) chosen.push(scores[k] as number)
  return chosen
}

function bestOf(thresholds: readonly number[], corpora: readonly (readonly GroupRun[])[]): number {
  const worth = (threshold: number): number => corpora.reduce((sum, runs) => sum + found(runs, threshold).f1, 0)
  return thresholds.reduce((best, threshold) => (worth(threshold) > worth(best) ? threshold : best), THRESHOLD)
}

/** Counts alarms against events. */
export function found(runs: readonly Pick<GroupRun, 'group' | 'scores'>[], threshold: number): Found {
  let [seen, events, falseAlarms] = [0, 0, 0]
  for (const { group, scores } of runs) {
    const hit = new Set<Span>()
    let lastFalse = Number.NEGATIVE_INFINITY
    for (let row = group.judged; row < group.rows; row++) {
      if (!((scores[row] as number) >= threshold)) continue
      const its = group.events.filter(([first, last]) => row >= first - EARLY && row <= last + LATE)
      for (const span of its) hit.add(span)
      if (its.length > 0 || row - lastFalse <= MERGE) continue
      falseAlarms++
      lastFalse = row
    }
    seen += hit.size
    events += group.events.length
  }
  const precision = seen / (seen + falseAlarms || 1)
  const recall = seen / (events || 1)
  const f1 = seen > 0 ? (2 * precision * recall) / (precision + recall) : 0
  return { threshold, f1, precision, recall, events, falseAlarms }
}

/** At the highest score of each event that has one worth blaming. */
function blameOf(runs: readonly GroupRun[]): Pick<MultivariateRow, 'blamed' | 'chance'> {
  const parts: number[] = []
  const chances: number[] = []
  for (const { group, scores, blame } of runs) {
    for (const { span, signals } of group.causes) {
      const row = highest(scores, span)
      const shares = blame.get(row)
      if (!shares) continue
      const top = [...shares.keys()].sort((a, b) => (shares[b] as number) - (shares[a] as number)).slice(0, MOST_BLAMED)
      parts.push(top.filter((signal) => signals.includes(signal)).length / MOST_BLAMED)
      chances.push(signals.length / group.signals)
    }
  }
  return { blamed: mean(parts), chance: mean(chances) }
}

function highest(scores: Float64Array, [first, last]: Span): number {
  let row = first
  for (let i = first; i <= last; i++) if ((scores[i] as number) > (scores[row] as number)) row = i
  return row
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
}

/** The figures as Markdown. */
export function multivariatePage(rows: readonly MultivariateRow[], split: string): string {
  const cell = ({ f1, precision, recall, events, falseAlarms, threshold }: Found): string =>
    `${f1.toFixed(2)} (${Math.round(recall * events)} of ${events}, ${falseAlarms} false, precision ${precision.toFixed(2)}, from ${threshold.toPrecision(3)})`
  return [
    '# Several signals at once',
    `Split \`${split}\`; ${machine()}; Node ${process.version}. Event F1, each row scored before it is learned, one configuration for all files. ${THRESHOLD} is the threshold of \`together()\`. **The best common threshold is searched with the labels in view**: an upper bound, no promise. Blame: of the three signals with the largest shares at an event's highest score, the part that the labels name.`,
    [
      `| Detector | Corpus | F1 at ${THRESHOLD} | F1 at the best common threshold | F1 at the other corpora's | Blamed rightly, of ${MOST_BLAMED} | By chance |`,
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows.map(
        (row) =>
          `| \`${row.detector}\` | ${row.corpus} | ${cell(row.atDefault)} | ${cell(row.atBest)} | ${cell(row.crossed)} | ${percent(row.blamed)} | ${percent(row.chance)} |`,
      ),
    ].join('\n'),
    'Few events and few files: a figure moves by 0.05 with the seed of the trees alone (`--seeds`).',
  ].join('\n\n')
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

if (process.argv[1] === import.meta.filename) {
  const options = { data: { type: 'string' }, seeds: { type: 'boolean' }, json: { type: 'boolean' } } as const
  const { data, seeds, json } = parseArgs({ options }).values
  if (data === undefined) console.log('SKIPPED multivariate accuracy: name a folder of labelled corpora, --data DIR')
  else {
    const rows = multivariate(data, seeds)
    const page = multivariatePage(rows, multivariateCorpora(data).split)
    if (!json && !seeds) writeSection('multivariate', page)
    console.log(json ? JSON.stringify(rows, null, 2) : page)
  }
}
