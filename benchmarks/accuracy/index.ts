/**
 * How well the detectors detect and the forecasters foretell, on public corpora: `npm run bench:accuracy -- --data DIR`.
 *
 *   --data DIR         a folder with manifest.json; without it nothing is measured
 *   --detector NAME    this one alone, and results.md stays as it is
 *   --json             JSON, and results.md stays as it is
 */
import { parseArgs } from 'node:util'
import { anomaly } from 'pi-uptime'
import { machine } from '../frame.js'
import { writeSection } from '../results.js'
import { CORPORA, corpora, type Data } from './corpora.js'
import { subjects } from './detectors.js'
import { defaultThreshold } from './findings.js'
import { type ForecastReport, forecastPage, forecasts } from './forecasts.js'
import { type MultivariateRow, multivariate, multivariatePage } from './multivariate.js'
import { type AccuracyReport, accuracyPage } from './page.js'
import { evaluations } from './pool.js'

const { values: options } = parseArgs({
  options: { data: { type: 'string' }, detector: { type: 'string' }, json: { type: 'boolean', default: false } },
})

if (options.data === undefined) console.log('SKIPPED accuracy: name a folder of labelled corpora, --data DIR')
else await measure(options.data)

async function measure(folder: string): Promise<void> {
  const { found, missing } = subjects()
  const names = found.map(({ name }) => name).filter(chosen)
  if (names.length === 0)
    throw new Error(`there is no detector '${options.detector}', only ${found.map(({ name }) => name).join(', ')}`)
  for (const name of missing) console.error(`SKIPPED ${name}: not exported by pi-uptime/detect`)
  const data = corpora(folder)
  const report: AccuracyReport = {
    split: data.split,
    machine: machine(),
    node: process.version,
    threshold: defaultThreshold(),
    standard: anomaly().name,
    series: sizes(data),
    missing,
    evaluations: await evaluations(names, folder),
  }
  const alone = options.detector !== undefined
  const [rows, ahead] = alone ? [[], undefined] : [multivariate(folder), forecasts(folder)]
  if (options.json) console.log(JSON.stringify({ ...report, multivariate: rows, forecasts: ahead }, null, 2))
  else print(report, rows, ahead)
}

/** Prints the pages; with all detectors measured, they are the sections of results.md as well. */
function print(report: AccuracyReport, rows: readonly MultivariateRow[], ahead: ForecastReport | undefined): void {
  const page = accuracyPage(report)
  console.log(page)
  if (ahead === undefined) return
  const several = multivariatePage(rows, report.split)
  console.log(several)
  console.log(forecastPage(ahead))
  writeSection('accuracy', page)
  writeSection('multivariate', several)
  writeSection('forecasts', forecastPage(ahead))
}

/** By its whole name, or by that of its factory. */
function chosen(name: string): boolean {
  return options.detector === undefined || name === options.detector || name === `${options.detector}()`
}

function sizes({ series }: Data): AccuracyReport['series'] {
  const sizeOf = (corpus: string) => {
    const its = series.filter((one) => one.corpus === corpus)
    const sum = (of: (one: (typeof its)[number]) => number): number => its.reduce((total, one) => total + of(one), 0)
    return { series: its.length, rows: sum(({ rows }) => rows), events: sum(({ events }) => events.length) }
  }
  return Object.fromEntries(CORPORA.map((corpus) => [corpus, sizeOf(corpus)])) as AccuracyReport['series']
}
