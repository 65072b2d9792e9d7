import { describe, expect, test } from 'vitest'
import { nabScores } from '../../benchmarks/accuracy/nab.js'
import { scored } from './made-series.js'

/** One NAB series with a window of ten rows, and the scores at some rows. */
const scores = (at: Readonly<Record<number, number>>) =>
  nabScores([scored({ corpus: 'NAB', events: [[500, 509]], at })])

describe('NAB score', () => {
  test('silence scores 0, an alarm at the start of every window 100', () => {
    expect(scores({})).toEqual({ standard: 0, rewardLowFP: 0, rewardLowFN: 0 })
    expect(scores({ 500: 5 })).toEqual({ standard: 100, rewardLowFP: 100, rewardLowFN: 100 })
  })

  // At the last row of ten: sigmoid(−0.1) / sigmoid(−1) = 0.244919 / 0.986614 = 0.248242; from −1 to that, of 2: 62.41.
  test('an alarm at the end of a window earns little more than the window unmissed', () => {
    const { standard, rewardLowFP, rewardLowFN } = scores({ 509: 5 })
    expect(standard).toBeCloseTo(62.4121, 3)
    expect(rewardLowFP).toBeCloseTo(62.4121, 3)
    expect(rewardLowFN).toBeCloseTo(74.9414, 3)
  })

  test('a higher alarm before any window costs its whole weight', () => {
    const { standard, rewardLowFP, rewardLowFN } = scores({ 200: 9, 509: 5 })
    expect(standard).toBeCloseTo(62.4121 - 5.5, 3)
    expect(rewardLowFP).toBeCloseTo(62.4121 - 11, 3)
    expect(rewardLowFN).toBeCloseTo(74.9414 - 11 / 3, 3)
  })

  test('a lower alarm outside costs nothing, since the threshold is searched', () => {
    expect(scores({ 200: 4, 509: 5 }).standard).toBeCloseTo(62.4121, 3)
  })

  // One span behind the window of ten rows (9 from first to last): sigmoid(1) = −0.986614, by 0.11.
  test('an alarm shortly behind a window costs less than one far from it', () => {
    const near = nabScores([
      scored({
        corpus: 'NAB',
        events: [
          [300, 309],
          [600, 609],
        ],
        at: { 311: 9, 600: 5 },
      }),
    ])
    const far = nabScores([
      scored({
        corpus: 'NAB',
        events: [
          [300, 309],
          [600, 609],
        ],
        at: { 318: 9, 600: 5 },
      }),
    ])
    const sigmoid = (p: number): number => 2 / (1 + Math.exp(5 * p)) - 1
    expect(near.standard).toBeCloseTo((100 * (2 + 0.11 * sigmoid(2 / 9))) / 4, 6)
    expect(far.standard).toBeCloseTo((100 * (2 - 0.11 * 0.986614)) / 4, 4)
  })

  test('of many alarms in a window the best one counts, and the rest of a burst belongs to its highest', () => {
    expect(scores({ 500: 5, 505: 7, 509: 9 }).standard).toBe(100)
    expect(scores({ 450: 9, 500: 5 }).standard).toBe(0)
    expect(scores({ 399: 9, 500: 5 }).standard).toBeCloseTo(100 - 5.5, 9)
  })

  test('a window that ended in the warm-up can be neither earned nor missed', () => {
    const events = [
      [20, 29],
      [500, 509],
    ] as const
    expect(nabScores([scored({ corpus: 'NAB', events, at: { 25: 9, 500: 5 } })]).standard).toBeCloseTo((100 * 2) / 3, 9)
  })

  test('other corpora have no NAB score', () => {
    expect(nabScores([scored({ corpus: 'KPI', events: [[500, 509]], at: { 500: 5 } })]).standard).toBeNaN()
  })
})
