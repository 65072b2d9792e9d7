import { describe, expect, test } from 'vitest'
import { defaultThreshold, findingScores, opens } from '../../benchmarks/accuracy/findings.js'
import { echo, MINUTE, made } from './made-series.js'

const HIGH = 100
const high = (...rows: readonly number[]): Record<number, number> => Object.fromEntries(rows.map((row) => [row, HIGH]))

describe('findings', () => {
  test('a finding counts at the row at which it opened, once, however long it lasts', () => {
    expect(opens(echo, made({ at: high(500, 501, 502, 503, 504, 505) })).rows).toEqual([500])
  })

  test('one odd value of a series with a row a minute opens one: it stands for its minute', () => {
    expect(opens(echo, made({ at: high(500) })).rows).toEqual([500])
  })

  test('the event is seen with the delay of the finding, in rows and in time', () => {
    const series = made({ events: [[500, 510]], at: high(502, 503, 504) })
    const { f1, medianDelayRows, medianDelayMs } = findingScores(echo, [series])['MS cloud']
    expect([f1, medianDelayRows, medianDelayMs]).toEqual([1, 2, 2 * MINUTE])
  })

  test('false findings are not merged: each was told', () => {
    const scores = findingScores(echo, [made({ at: high(500, 501, 510, 511) })])
    expect(scores['MS cloud'].falseAlarms).toBe(2)
  })

  test('a finding that opens again within its cooldown is the same one', () => {
    expect(opens(echo, made({ at: high(500, 501, 505, 506) })).rows).toEqual([500])
  })

  test('a finding that opened in the warm-up counts for nothing, nor does what it hides', () => {
    const rows = Array.from({ length: 30 }, (_, i) => 90 + i)
    const scores = findingScores(echo, [made({ events: [[110, 115]], at: high(...rows) })])
    expect(scores['MS cloud']).toMatchObject({ recall: 0, falseAlarms: 0 })
  })

  test('a series belongs to its own corpus only', () => {
    const scores = findingScores(echo, [made({ corpus: 'KPI', at: high(500, 501) })])
    expect(scores.KPI.falseAlarms).toBe(1)
    expect(scores['MS cloud'].falseAlarms).toBe(0)
    expect(scores.NAB.falseAlarms).toBe(0)
  })

  test('the default threshold is the score from which anomaly() opens findings', () => {
    const threshold = defaultThreshold()
    const opened = (score: number): number => opens(echo, made({ at: { 500: score, 501: score } })).rows.length
    expect(opened(threshold)).toBe(1)
    expect(opened(threshold - 0.01)).toBe(0)
  })
})
