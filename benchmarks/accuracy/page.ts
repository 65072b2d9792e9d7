/** The figures as Markdown. */
import { CORPORA, type Corpus } from './corpora.js'
import type { Evaluation } from './evaluation.js'
import type { EventScore } from './events.js'
import { SCOREBOARD } from './published.js'

/** What `npm run bench:accuracy -- --json` prints. */
export interface AccuracyReport {
  readonly split: string
  readonly machine: string
  readonly node: string
  /** The threshold of `anomaly()` when none is given, and the name of what it is made of. */
  readonly threshold: number
  readonly standard: string
  readonly series: Readonly<Record<Corpus, { readonly series: number; readonly rows: number; readonly events: number }>>
  /** Detectors that are on the list, but not in the package. */
  readonly missing: readonly string[]
  readonly evaluations: readonly Evaluation[]
}

const CELL = 'F1 · false a series-week · median delay'

export function accuracyPage(report: AccuracyReport): string {
  const all = report.evaluations
  const { threshold, standard } = report
  const yardstick = all.find(({ subject }) => subject === 'ewma()')?.cost.nsPerRow
  return [
    head(report),
    `## Rows, at the default threshold\n\nEvery row that scores ${threshold} or more, the threshold of \`anomaly()\`, is an alarm. ${CELL} in rows.`,
    table(
      ['Detector', 'Macro F1', ...CORPORA],
      all.map(({ subject, atDefault }) => [
        subject,
        figure(atDefault.macroF1),
        ...CORPORA.map((corpus) => cell(atDefault.each[corpus])),
      ]),
    ),
    `## Rows, at the best threshold\n\n**Searched with the labels in view**: the one threshold for all files that gives the best macro F1. An upper bound, no promise. ${CELL} in rows.`,
    table(
      ['Detector', 'Threshold', 'Macro F1', ...CORPORA],
      all.map(({ subject, best }) => [
        subject,
        figure(best?.threshold),
        figure(best?.macroF1),
        ...CORPORA.map((corpus) => cell(best?.each[corpus])),
      ]),
    ),
    '## Rows, cross-validated\n\nEach corpus at the threshold that was the best one on the other two: F1 (threshold).',
    table(['Detector', 'Macro F1', ...CORPORA], all.map(crossValidatedLine)),
    `## Findings\n\nWhat a person is told: findings that \`anomaly({ detector })\` opens at its defaults. \`anomaly()\` alone is \`${standard}\`. ${CELL} in rows (in time).`,
    table(['Detector', 'Macro F1', ...CORPORA], all.map(findingLine)),
    '## NAB score\n\nThe files of NAB in this split; the threshold searched for each profile, as in the published scores.',
    table(
      ['Detector', 'Standard', 'Reward low FP', 'Reward low FN'],
      all.map(({ subject, nab }) => [subject, ...[nab.standard, nab.rewardLowFP, nab.rewardLowFN].map(tenth)]),
    ),
    "The scoreboard of the NAB repository's README (v1.1), transcribed by hand and not run here: the full corpus of 58 files. This split is a part of them, so the two tables are no like-for-like comparison.",
    table(['Published', 'Standard', 'Reward low FP', 'Reward low FN'], SCOREBOARD),
    '## Calibration\n\nHow often a normal row exceeds z, divided by how often a Gaussian does. 1 is as promised. Median file (10th to 90th percentile of files).',
    table(
      ['Detector', 'z = 2', 'z = 3', 'z = 4'],
      all.map(({ subject, calibration }) => [
        subject,
        ...calibration.map((c) => `${figure(c.ratioMedian)} (${figure(c.ratioP10)} to ${figure(c.ratioP90)})`),
      ]),
    ),
    '## Cost\n\nProcessor time of scoring and learning a row, the fastest of three passes, and how many times that of `ewma()` in the same run; and a memory: in V8 with its typed arrays, and as JSON.',
    table(
      ['Detector', 'ns a row', 'of ewma()', 'bytes a series', 'bytes of JSON'],
      all.map(({ subject, cost }) => [
        subject,
        cost.nsPerRow.toFixed(0),
        yardstick === undefined ? '' : `${(cost.nsPerRow / yardstick).toFixed(1)}×`,
        ...[cost.heapBytes, cost.jsonBytes].map((value) => value.toFixed(0)),
      ]),
    ),
  ].join('\n\n')
}

function head({ split, machine, node, series, missing }: AccuracyReport): string {
  const parts = CORPORA.map((corpus) => {
    const { series: count, rows, events } = series[corpus]
    return `${corpus}: ${count} series, ${rows} rows, ${events} events`
  })
  const absent =
    missing.length === 0 ? [] : [`- Not in this build of the package, so not scored: ${missing.join(', ')}.`]
  return `# How well it detects

Written by \`npm run bench:accuracy -- --data DIR\`. How it is measured, and what the figures mean: [docs/accuracy.md](../docs/accuracy.md).

${[
  `- Split \`${split}\`. ${parts.join('. ')}.`,
  '- One configuration for every file, strictly causal; the first 15 % of a file, 750 rows at most, are not scored.',
  '- *fixed threshold* is mean ± k deviations of those first rows, told how many they are; *plain z-score* is the same of all history.',
  ...absent,
  `- Machine: ${machine}. Node ${node}.`,
].join('\n')}`
}

function crossValidatedLine({ subject, crossValidated }: Evaluation): string[] {
  const scored = CORPORA.map((corpus) => crossValidated[corpus])
  const macro = scored.reduce((sum, one) => sum + (one?.score.f1 ?? Number.NaN), 0) / CORPORA.length
  return [
    subject,
    figure(macro),
    ...scored.map((one) => (one ? `${figure(one.score.f1)} (${figure(one.threshold)})` : '–')),
  ]
}

function findingLine({ subject, findings }: Evaluation): string[] {
  const macro = CORPORA.reduce((sum, corpus) => sum + findings[corpus].f1, 0) / CORPORA.length
  const cells = CORPORA.map((corpus) => {
    const { medianDelayMs } = findings[corpus]
    return `${cell(findings[corpus])}${medianDelayMs === null ? '' : ` (${span(medianDelayMs)})`}`
  })
  return [subject, figure(macro), ...cells]
}

function cell(score: EventScore | undefined): string {
  if (score === undefined) return '–'
  return `${figure(score.f1)} · ${figure(score.falsePerSeriesWeek)} · ${score.medianDelayRows ?? '–'}`
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)
}

function tenth(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : '–'
}

function span(ms: number): string {
  const minutes = ms / 60_000
  return minutes < 120 ? `${+minutes.toFixed(1)} min` : `${+(minutes / 60).toFixed(1)} h`
}
