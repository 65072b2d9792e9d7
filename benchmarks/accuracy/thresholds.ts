/** Event scores at a threshold: a given one, the best one, and one that was chosen on other corpora. */
import { CORPORA, type Corpus } from './corpora.js'
import { type Alarms, type EventScore, eventScore, RULES } from './events.js'
import { of, type Run } from './run.js'

/** How one threshold does on several corpora. */
export interface AtThreshold {
  readonly threshold: number
  /** Mean of the corpora's F1. */
  readonly macroF1: number
  readonly each: Readonly<Partial<Record<Corpus, EventScore>>>
}

/** A corpus, scored at the threshold that was the best one on the others. `null` when no threshold could be chosen there. */
export type CrossValidated = Readonly<Record<Corpus, { readonly threshold: number; readonly score: EventScore } | null>>

/** Every row of a series whose score reaches the threshold. */
export function alarms({ series, score }: Run, threshold: number): Alarms {
  const rows: number[] = []
  for (let i = series.warm; i < series.rows; i++) if ((score[i] as number) >= threshold) rows.push(i)
  return { series, rows }
}

export function atThreshold(runs: readonly Run[], threshold: number, names: readonly Corpus[] = CORPORA): AtThreshold {
  const scoreOf = (corpus: Corpus): EventScore =>
    eventScore(
      of(corpus, runs).map((one) => alarms(one, threshold)),
      RULES[corpus],
    )
  const each = Object.fromEntries(names.map((corpus) => [corpus, scoreOf(corpus)])) as Partial<
    Record<Corpus, EventScore>
  >
  return { threshold, macroF1: Object.values(each).reduce((sum, { f1 }) => sum + f1, 0) / names.length, each }
}

/**
 * The threshold with the highest macro F1, searched among the scores themselves. What it reaches is an upper bound, chosen with
 * the labels in view. `null` when hardly any row scores above 0.
 */
export function bestThreshold(runs: readonly Run[], names: readonly Corpus[] = CORPORA): AtThreshold | null {
  let best: AtThreshold | null = null
  for (const threshold of ladder(runs)) {
    const here = atThreshold(runs, threshold, names)
    if (best === null || here.macroF1 > best.macroF1) best = here
  }
  return best
}

/** From the fifth highest score down to the 80th percentile, each step 7 % more rows than the last. */
function ladder(runs: readonly Run[]): readonly number[] {
  const positive = runs.flatMap(({ series, score }) => Array.from(score.subarray(series.warm)).filter((s) => s > 0))
  const sorted = Float64Array.from(positive).sort()
  const steps: number[] = []
  for (let k = 5; k < sorted.length * 0.2; k = Math.ceil(k * 1.07) + 1)
    steps.push(sorted[sorted.length - 1 - k] as number)
  return steps
}

/** Leaves each corpus out in turn: its threshold is chosen where its labels and its values are not seen. */
export function crossValidated(runs: readonly Run[]): CrossValidated {
  const scored = CORPORA.map((corpus) => {
    const others = CORPORA.filter((other) => other !== corpus)
    const chosen = bestThreshold(
      others.flatMap((other) => of(other, runs)),
      others,
    )
    if (chosen === null) return [corpus, null]
    const { threshold } = chosen
    return [corpus, { threshold, score: atThreshold(runs, threshold, [corpus]).each[corpus] }]
  })
  return Object.fromEntries(scored) as CrossValidated
}
