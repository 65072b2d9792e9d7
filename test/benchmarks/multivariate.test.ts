import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { found, multivariate, multivariatePage } from '../../benchmarks/accuracy/multivariate.js'
import { type Group, multivariateCorpora } from '../../benchmarks/accuracy/multivariate-corpora.js'
import { gaussian } from '../../src/math/random.js'

const ROWS = 3_000
const NAMES = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']
/** Two events in the second half: one in three of the six signals, one in the first alone. */
const EVENTS = [
  { start_row: 2_000, end_row: 2_009, metrics: ['m0', 'm1', 'm2'] },
  { start_row: 2_500, end_row: 2_504, metrics: ['m0'] },
]

function folder(corpora: readonly string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'groups-'))
  const files = corpora.map((corpus, k) => {
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const event = EVENTS.find(({ start_row, end_row }) => row >= start_row && row <= end_row)
      const values = NAMES.map((name, i) => gaussian(10 * k + i, row) + (event?.metrics.includes(name) ? 25 : 0))
      if (row === 7) values.fill(Number.NaN, 0, 1)
      const cells = values.map((value) => (Number.isNaN(value) ? '' : value))
      return [1_600_000_000 + 60 * row, ...cells, event ? 1 : 0].join(',')
    })
    writeFileSync(join(dir, `${k}.csv`), [`timestamp,${NAMES.join()},label`, ...rows].join('\n'))
    return {
      file: `${k}.csv`,
      kind: 'multivariate',
      corpus,
      dims: 6,
      train_rows: 1_500,
      windows: EVENTS,
      explanations: EVENTS,
    }
  })
  writeFileSync(
    join(dir, 'manifest.json'),
    JSON.stringify({ split: 'made', files: [...files, { kind: 'univariate' }] }),
  )
  return dir
}

test('a group is read with its gaps, events and causes; the training part is not judged', () => {
  const [group] = multivariateCorpora(folder(['One (Long Name)'])).groups as [Group]
  expect(group).toMatchObject({ corpus: 'One', signals: 6, rows: ROWS, judged: 1_500 })
  expect(group.values[7 * 6]).toBeNaN()
  expect(group.time[1]).toBe(1_600_000_060_000)
  expect(group.events).toEqual([
    [2_000, 2_009],
    [2_500, 2_504],
  ])
  expect(group.causes[1]).toEqual({ span: [2_500, 2_504], signals: [0] })
})

test('alarms count as the rules say: early and late ones belong to the event, close false ones are one', () => {
  const [group] = multivariateCorpora(folder(['One'])).groups as [Group]
  const judged = (...rows: number[]) => {
    const scores = new Float64Array(ROWS)
    for (const row of rows) scores[row] = 9
    const { falseAlarms, recall, precision } = found([{ group, scores }], 5)
    return [falseAlarms, recall, precision]
  }
  expect(judged(1_998, 2_507)).toEqual([0, 1, 1])
  expect(judged(1_997)).toEqual([1, 0, 0])
  expect(judged(2_508)).toEqual([1, 0, 0])
  expect(judged(1_700, 1_705, 1_715, 1_730, 2_001)).toEqual([3, 0.5, 0.25])
  expect(judged(100, 1_499)).toEqual([0, 0, 0])
})

test('events that are plain to see are found in both corpora, and blamed on their signals', () => {
  const rows = multivariate(folder(['One', 'Two']))
  const ours = rows.filter(({ detector }) => detector === 'forest()')
  expect(ours.map(({ corpus }) => corpus)).toEqual(['One', 'Two'])
  for (const { atBest, crossed, blamed, chance } of ours) {
    expect(atBest.f1).toBeGreaterThan(0.6)
    expect(crossed.recall).toBe(1)
    expect(blamed).toBeCloseTo((1 + 1 / 3) / 2, 5)
    expect(chance).toBeCloseTo((3 / 6 + 1 / 6) / 2, 5)
  }
  const page = multivariatePage(rows, 'made')
  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(rows.length)
  expect(page).toContain('Split `made`')
})
