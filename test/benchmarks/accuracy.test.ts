import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASELINES } from '../../benchmarks/accuracy/baselines.js'
import { corpora } from '../../benchmarks/accuracy/corpora.js'
import type { AccuracyReport } from '../../benchmarks/accuracy/page.js'
import { run, type Subject } from '../../benchmarks/accuracy/run.js'
import { withSection } from '../../benchmarks/results.js'
import { echo, made } from './made-series.js'

let folder = ''

/** Three series of 1,000 minutes that swing between 9 and 11; each has one event of six rows at 40. One has a gap. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'accuracy-'))
  mkdirSync(join(folder, 'a'))
  const corpus = {
    'a/nab.csv': 'NAB',
    'a/cloud.csv': 'Microsoft Cloud Monitoring Dataset',
    'a/kpi.csv': 'AIOps-2018 KPI',
  }
  const windows = [{ start_row: 500, end_row: 505 }]
  const files = Object.entries(corpus).map(([file, name]) => ({ file, kind: 'univariate', corpus: name, windows }))
  for (const { file } of files) writeFileSync(join(folder, file), csv(file === 'a/kpi.csv'))
  const other = { file: 'many.csv', kind: 'multivariate', corpus: 'SMD', windows: [] }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ split: 'made', files: [...files, other] }))
})

afterAll(() => rmSync(folder, { recursive: true }))

function csv(gap: boolean): string {
  const rows = Array.from({ length: 1_000 }, (_, i) => {
    const inside = i >= 500 && i <= 505
    const value = gap && i === 700 ? '' : inside ? 40 : i % 2 === 0 ? 9 : 11
    return `${1_700_000_000 + 60 * i},${value},${inside ? 1 : 0}`
  })
  return `timestamp,value,label\n${rows.join('\n')}\n`
}

describe('corpora', () => {
  test('a folder is read as its manifest says: seconds, gaps, events, and no more than the univariate part', () => {
    const { split, series } = corpora(folder)
    expect(split).toBe('made')
    expect(series.map(({ corpus }) => corpus)).toEqual(['NAB', 'MS cloud', 'KPI'])
    const kpi = series[2]
    expect(kpi).toMatchObject({ rows: 1_000, warm: 150, events: [[500, 505]] })
    expect([kpi?.time[1], kpi?.value[1], kpi?.value[500]]).toEqual([1_700_000_060_000, 11, 40])
    expect(kpi?.value[700]).toBeNaN()
  })
})

describe('run', () => {
  test('a value is scored before it is learned, and a gap is neither', () => {
    const seen: string[] = []
    const spy: Subject = {
      name: 'spy',
      make: () => ({
        name: 'spy@1',
        start: () => null,
        score: (_, value) => seen.push(`score ${value}`),
        learn: (_, value) => void seen.push(`learn ${value}`),
      }),
    }
    run(spy, made({ rows: 3, at: { 0: 7, 1: Number.NaN, 2: 8 } }))
    expect(seen).toEqual(['score 7', 'learn 7', 'score 8', 'learn 8'])
  })

  test('no opinion is a score of 0', () => {
    const silent: Subject = { name: 'silent', make: () => ({ ...echo.make(made({})), score: () => Number.NaN }) }
    expect([...run(silent, made({ rows: 3, at: { 1: 7 } })).score]).toEqual([0, 0, 0])
  })
})

describe('baselines', () => {
  const scoreOf = (name: string, at: Readonly<Record<number, number>>, row: number): number => {
    const subject = BASELINES.find((one) => one.name === name) as Subject
    const swing = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [i, i % 2 === 0 ? 9 : 11]))
    return run(subject, made({ at: { ...swing, ...at } })).score[row] as number
  }

  test('the fixed threshold knows the warm-up alone', () => {
    expect(scoreOf('fixed threshold', { 500: 15 }, 500)).toBeCloseTo(5, 9)
    expect(scoreOf('fixed threshold', { 200: 1e6, 500: 15 }, 500)).toBeCloseTo(5, 9)
    expect(scoreOf('fixed threshold', { 50: 15 }, 50)).toBe(0)
  })

  test('the plain z-score remembers every outlier', () => {
    expect(scoreOf('plain z-score', { 500: 15 }, 500)).toBeCloseTo(5, 9)
    expect(scoreOf('plain z-score', { 200: 1e6, 500: 15 }, 500)).toBeLessThan(0.1)
  })
})

describe('bench:accuracy', () => {
  const bench = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'benchmarks/accuracy/index.ts', ...args], { encoding: 'utf8' })

  test('without data it measures nothing, and says so', () => {
    const { status, stdout } = bench()
    expect(status).toBe(0)
    expect(stdout).toMatch(/^SKIPPED accuracy: /)
  })

  test('a detector that there is not is an error that names those that there are', () => {
    const { status, stderr } = bench('--data', folder, '--detector', 'oracle')
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/no detector 'oracle', only .*ewma\(\).*plain z-score/)
  })

  test('the figures of a made corpus are those that its making says', () => {
    const { status, stdout, stderr } = bench('--data', folder, '--json', '--detector', 'fixed threshold')
    expect(status, stderr).toBe(0)
    const report = JSON.parse(stdout) as AccuracyReport
    expect(report.split).toBe('made')
    expect(report.series.KPI).toEqual({ series: 1, rows: 1_000, events: 1 })
    const [only] = report.evaluations
    expect(only?.atDefault.macroF1).toBe(1)
    expect(only?.nab.standard).toBe(100)
    expect(only?.findings['MS cloud']).toMatchObject({
      f1: 1,
      falseAlarms: 0,
      medianDelayRows: 0,
      medianDelayMs: 0,
    })
    expect(only?.calibration.map(({ ratioMedian }) => ratioMedian)).toEqual([0, 0, 0])
    expect(only?.cost.heapBytes).toBeGreaterThan(20)
  })
})

describe('results', () => {
  test('a section is written anew and the others stay', () => {
    const both = withSection(withSection('', 'cost', '# Cost\n\nold'), 'accuracy', '# Accuracy')
    const after = withSection(both, 'cost', '# Cost\n\nnew')
    expect(after).toBe(both.replace('old', 'new'))
    expect(withSection(after, 'accuracy', '# Accuracy')).toBe(after)
  })

  test('what a section says is taken literally', () => {
    const text = withSection(withSection('', 'cost', 'old'), 'cost', 'a $& and a $1')
    expect(text).toBe('<!-- cost -->\n\na $& and a $1\n\n<!-- /cost -->\n')
  })
})
