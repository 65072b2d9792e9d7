import { describe, expect, test } from 'vitest'
import type { Corpus, Labelled } from '../../benchmarks/accuracy/corpora.js'
import { type EventScore, eventScore, RULES } from '../../benchmarks/accuracy/events.js'
import { alarms, atThreshold, bestThreshold, crossValidated } from '../../benchmarks/accuracy/thresholds.js'
import { MINUTE, made, scored } from './made-series.js'

/** One series of one corpus, and the rows that raised an alarm. */
function judged(corpus: Corpus, events: readonly Labelled[], rows: readonly number[]): EventScore {
  return eventScore([{ series: made({ corpus, events }), rows }], RULES[corpus])
}

describe('events', () => {
  test('an alarm two rows early or three rows late sees a cloud event, one row further out is false', () => {
    for (const row of [498, 508])
      expect(judged('MS cloud', [[500, 505]], [row])).toMatchObject({ f1: 1, falseAlarms: 0 })
    for (const row of [497, 509])
      expect(judged('MS cloud', [[500, 505]], [row])).toMatchObject({ f1: 0, falseAlarms: 1 })
  })

  test('a NAB window forgives nothing outside, and all of it counts', () => {
    for (const row of [500, 505]) expect(judged('NAB', [[500, 505]], [row])).toMatchObject({ f1: 1, falseAlarms: 0 })
    for (const row of [499, 506]) expect(judged('NAB', [[500, 505]], [row])).toMatchObject({ f1: 0, falseAlarms: 1 })
  })

  test('a KPI event is seen within seven rows or not at all, and a late alarm in it is not false', () => {
    expect(judged('KPI', [[500, 580]], [507])).toMatchObject({ recall: 1, falseAlarms: 0, medianDelayRows: 7 })
    expect(judged('KPI', [[500, 580]], [508])).toMatchObject({ recall: 0, falseAlarms: 0, medianDelayRows: null })
  })

  test('false alarms are merged with the last one that counted, ten rows far in a cloud series, sixty in NAB', () => {
    expect(judged('MS cloud', [], [200, 210, 211]).falseAlarms).toBe(2)
    expect(judged('NAB', [], [200, 260, 261, 321]).falseAlarms).toBe(2)
  })

  test('two events that forgive the same row are both seen by it', () => {
    expect(
      judged(
        'MS cloud',
        [
          [500, 505],
          [508, 510],
        ],
        [507],
      ),
    ).toMatchObject({ events: 2, recall: 1, falseAlarms: 0 })
  })

  test('an event that ended in the warm-up is not due, one that reaches out of it is', () => {
    expect(judged('NAB', [[50, 99]], [])).toMatchObject({ events: 0, recall: 0 })
    expect(judged('NAB', [[50, 100]], [100])).toMatchObject({ events: 1, recall: 1, medianDelayRows: 50 })
  })

  test('precision, recall, F1, the rate and the delay are those worked out by hand', () => {
    const events: Labelled[] = [
      [200, 210],
      [400, 410],
      [600, 610],
      [800, 810],
    ]
    const score = judged('MS cloud', events, [203, 204, 300, 398, 615, 805])
    expect(score).toMatchObject({ events: 4, falseAlarms: 2, precision: 3 / 5, recall: 3 / 4 })
    expect(score).toMatchObject({ medianDelayRows: 3, medianDelayMs: 3 * MINUTE })
    expect(score.f1).toBeCloseTo(2 / 3, 12)
    expect(score.falsePerSeriesWeek).toBeCloseTo((2 * 7 * 24 * 60) / 899, 9)
  })
})

describe('thresholds', () => {
  const cloud = scored({ events: [[500, 505]], at: { 50: 9, 500: 8, 300: 4, 700: 3 } })

  test('a row is an alarm from the threshold on, but not in the warm-up', () => {
    expect(alarms(cloud, 4).rows).toEqual([300, 500])
    expect(alarms(cloud, 4.001).rows).toEqual([500])
  })

  test('the macro F1 is the mean over the corpora, a silent one included', () => {
    const { macroF1, each } = atThreshold([cloud], 5)
    expect(each['MS cloud']?.f1).toBe(1)
    expect(macroF1).toBe(1 / 3)
  })

  test('the best threshold parts the events from the noise', () => {
    const best = bestThreshold(noisy(1))
    expect(best?.macroF1).toBe(1)
    expect(best?.threshold).toBe(8)
  })

  test('a corpus has no say in the threshold that it is scored at', () => {
    const before = crossValidated(noisy(1))
    const after = crossValidated(noisy(0.25))
    expect(before.KPI).toMatchObject({ threshold: 8, score: { f1: 1, falseAlarms: 0 } })
    expect(after.KPI).toMatchObject({ threshold: 8, score: { f1: 0, falseAlarms: 0 } })
    expect(after.NAB?.threshold).not.toBe(8)
  })

  test('where nothing scores above zero there is no best threshold', () => {
    expect(bestThreshold([scored({ at: {} })])).toBeNull()
  })

  /** Each corpus has two events that score 8 for three rows, and noise of 1 at 50 rows elsewhere; KPI's scores are scaled. */
  function noisy(scale: number) {
    const events: Labelled[] = [
      [400, 405],
      [600, 605],
    ]
    const at: Record<number, number> = {}
    for (let row = 700; row < 750; row++) at[row] = 1
    for (const [first] of events) for (const row of [0, 1, 2]) at[first + row] = 8
    const kpi = Object.fromEntries(Object.entries(at).map(([row, score]) => [row, score * scale]))
    return [
      scored({ corpus: 'NAB', events, at }),
      scored({ corpus: 'MS cloud', events, at }),
      scored({ corpus: 'KPI', events, at: kpi }),
    ]
  }
})
