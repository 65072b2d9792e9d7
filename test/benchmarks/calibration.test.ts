import { describe, expect, test } from 'vitest'
import { calibration, tail } from '../../benchmarks/accuracy/calibration.js'
import { scored } from './made-series.js'

describe('calibration', () => {
  test('the Gaussian tail is the published one', () => {
    expect(tail(2)).toBeCloseTo(0.0455003, 6)
    expect(tail(3)).toBeCloseTo(0.0026998, 6)
    expect(tail(4)).toBeCloseTo(0.00006334, 6)
  })

  test('a score that every tenth normal row exceeds is 2.2 times as frequent as z = 2 promises', () => {
    const [two, three] = calibration([tenths(2.5)])
    expect(two?.ratioMedian).toBeCloseTo(0.1 / 0.0455003, 4)
    expect(three?.ratioMedian).toBe(0)
  })

  test('a score of exactly z does not exceed it', () => {
    expect(calibration([tenths(2)])[0]?.ratioMedian).toBe(0)
  })

  test('neither the warm-up nor ten rows before an event nor fifty behind it are normal', () => {
    const at: Record<number, number> = {}
    for (let row = 0; row < 100; row++) at[row] = 9
    for (let row = 490; row < 560; row++) at[row] = 9
    expect(calibration([scored({ events: [[500, 510]], at })])[0]?.ratioMedian).toBe(0)
    const early = scored({ events: [[500, 510]], at: { 489: 9, 560: 9 } })
    expect(calibration([early])[0]?.ratioMedian).toBeCloseTo(2 / 830 / 0.0455003, 4)
  })

  test('a gap is no row', () => {
    const one = tenths(2.5)
    for (let row = 101; row < 400; row += 2) one.series.value[row] = Number.NaN
    expect(calibration([one])[0]?.ratioMedian).toBeCloseTo(90 / 750 / 0.0455003, 4)
  })

  test('a series with 500 normal rows has no say, one with 501 has', () => {
    expect(calibration([scored({ rows: 600, at: {} })])[0]?.ratioMedian).toBeNaN()
    expect(calibration([scored({ rows: 601, at: {} })])[0]?.ratioMedian).toBe(0)
  })

  test('the median file is told beside the best tenth and the worst', () => {
    const files = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((hundredths) => rate(hundredths / 100))
    const [two] = calibration(files)
    expect(two?.ratioP10).toBeCloseTo(0, 6)
    expect(two?.ratioMedian).toBeCloseTo(0.04 / 0.0455003, 4)
    expect(two?.ratioP90).toBeCloseTo(0.08 / 0.0455003, 4)
  })

  function tenths(score: number) {
    return scored({ at: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [100 + 10 * i, score])) })
  }

  /** 900 normal rows, of which a share scores 2.5. */
  function rate(share: number) {
    const over = Math.round(900 * share)
    return scored({ at: Object.fromEntries(Array.from({ length: over }, (_, i) => [100 + i, 2.5])) })
  }
})
