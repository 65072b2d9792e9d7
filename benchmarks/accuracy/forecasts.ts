/**
 * How well forecasters foretell and `trend()` tells crossings: `tsx benchmarks/accuracy/forecasts.ts --data DIR`.
 *
 *   --data DIR     a folder with manifest.json; without it nothing is measured
 *   --json         JSON, and results.md stays as it is
 */
import { parseArgs } from 'node:util'
import { machine } from '../frame.js'
import { writeSection } from '../results.js'
import { CORPORA, corpora } from './corpora.js'
import { type Ramps, ramps, type Saws, saws } from './crossings.js'
import { FORECASTERS, type ForecastRun, forecastRun, HORIZONS, INTERVALS } from './forecast-run.js'

/** One forecaster on the series of one corpus, or on all. */
export interface ForecastRow {
  readonly forecaster: string
  readonly corpus: string
  /** By horizon: errors as parts of those of the last value, geometric mean over the series. */
  readonly mase: readonly number[]
  /** By interval and horizon: the share within, in per cent, mean over the series. */
  readonly coverage: readonly (readonly number[])[]
  /** Processor time of learning a row, the forecasts that wait and those that are judged included. */
  readonly microseconds: number
}

export interface ForecastReport {
  readonly split: string
  readonly rows: readonly ForecastRow[]
  readonly ramps: readonly Ramps[]
  readonly saws: readonly Saws[]
}

/** A share of fewer forecasts is chance. */
const FEW = 40

/** All figures for a folder of corpora. */
export function forecasts(folder: string): ForecastReport {
  const { split, series } = corpora(folder)
  const count = series.reduce((sum, { rows }) => sum + rows, 0)
  let naive: readonly ForecastRun[] = []
  const rows = FORECASTERS.flatMap((subject) => {
    const began = process.cpuUsage()
    const runs = series.map((one) => forecastRun(subject, one))
    const { user, system } = process.cpuUsage(began)
    if (naive.length === 0) naive = runs
    const microseconds = (user + system) / count
    return ['all', ...CORPORA].map((corpus) => rowOf(subject.name, corpus, runs, naive, microseconds))
  })
  return { split, rows, ramps: ramps(), saws: saws() }
}

function rowOf(
  forecaster: string,
  corpus: string,
  runs: readonly ForecastRun[],
  naive: readonly ForecastRun[],
  microseconds: number,
): ForecastRow {
  const chosen = [...runs.keys()].filter((i) => corpus === 'all' || runs[i]?.series.corpus === corpus)
  const ratio = (i: number, h: number): number => (runs[i]?.errors[h] as number) / (naive[i]?.errors[h] as number)
  return {
    forecaster,
    corpus,
    microseconds,
    mase: HORIZONS.map((_, h) => geometricMean(chosen.map((i) => ratio(i, h)))),
    coverage: INTERVALS.map((_, k) =>
      HORIZONS.map((__, h) => 100 * mean(chosen.map((i) => shareOf(runs[i] as ForecastRun, k, h)))),
    ),
  }
}

/** `NaN` where there were too few forecasts to tell a share. */
function shareOf({ counts, coverage }: ForecastRun, interval: number, horizon: number): number {
  return (counts[horizon] as number) < FEW ? Number.NaN : (coverage[interval]?.[horizon] as number)
}

/** Where neither errs there is no ratio. */
function geometricMean(ratios: readonly number[]): number {
  return Math.exp(mean(ratios.filter((ratio) => ratio > 0 && Number.isFinite(ratio)).map(Math.log)))
}

function mean(values: readonly number[]): number {
  const known = values.filter(Number.isFinite)
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The figures as Markdown. */
export function forecastPage({ split, rows, ramps: made, saws: teeth }: ForecastReport): string {
  const ahead = HORIZONS.map((horizon) => `${horizon} ahead`)
  const all = rows.filter(({ corpus }) => corpus === 'all')
  const each = rows.filter(({ corpus }) => corpus !== 'all')
  return [
    '# Forecasts',
    `Split \`${split}\`; ${machine()}; Node ${process.version}. Every row is learned; from every eleventh the rows 1, 4, 16, 64 and 256 ahead are foretold. A horizon is judged from eight times its length on. One configuration for all files.`,
    '## Errors\n\nMASE: the mean size of the errors as a part of that of the last value foretelling the same; geometric mean over the series. Below 1 it knows more than that all stays as it is.',
    table(
      ['Forecaster', ...ahead, 'µs a row'],
      all.map(({ forecaster, mase, microseconds }) => [forecaster, ...mase.map(hundredth), microseconds.toFixed(1)]),
    ),
    table(
      ['Forecaster', 'Corpus', ...ahead],
      each.map(({ forecaster, corpus, mase }) => [forecaster, corpus, ...mase.map(hundredth)]),
    ),
    `## Intervals\n\nThe share of values within the interval, in per cent, mean over the series with ${FEW} forecasts or more: ${INTERVALS.map(({ nominal }) => nominal).join(' and ')} are promised. Where values repeat, as in MS cloud, more are within than promised; until a horizon has been met eight times, its interval is wider on purpose.`,
    table(
      [
        'Forecaster',
        'Corpus',
        ...ahead.map((text) => text.replace('ahead', `ahead (${INTERVALS.map(({ nominal }) => nominal).join(' / ')})`)),
      ],
      rows.map(({ forecaster, corpus, coverage }) => [
        forecaster,
        corpus,
        ...HORIZONS.map((_, h) => coverage.map((of) => (of[h] as number).toFixed(1)).join(' / ')),
      ]),
    ),
    '## Crossings\n\nRamps to a limit, a value a minute: how far off `trend()` is at half of the time, in parts of the time that is left. Noise is one sigma, in parts of the whole rise.',
    table(
      ['Ramp', 'Noise', 'Runs', 'Within 20 %', 'Median off', 'Worst'],
      made.map(({ days, noise, runs, off }) => [
        `${days} d`,
        `${100 * noise} %`,
        String(runs),
        String(off.filter((one) => one <= 0.2).length),
        percent(off[runs >> 1] as number),
        percent(off[0] as number),
      ]),
    ),
    'A week of what fills to 0.9, or less, and is emptied, at the defaults with a limit of 0.95: findings, all of them false.',
    table(
      ['Saw-tooth', 'Findings'],
      teeth.map(({ what, findings }) => [what, String(findings)]),
    ),
  ].join('\n\n')
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n')
}

function hundredth(value: number): string {
  return value.toFixed(2)
}

function percent(part: number): string {
  return Number.isFinite(part) ? `${(100 * part).toFixed(1)} %` : 'not told'
}

if (process.argv[1] === import.meta.filename) {
  const { data, json } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean' } } }).values
  if (data === undefined) console.log('SKIPPED accuracy of forecasts: name a folder of labelled corpora, --data DIR')
  else {
    const report = forecasts(data)
    if (!json) writeSection('forecasts', forecastPage(report))
    console.log(json ? JSON.stringify(report, null, 2) : forecastPage(report))
  }
}
