import type { Score } from './engine-state.js'
import type { RunScene } from './scene.js'

/** So many runs in a row that did not help take a playbook out; one that harmed does so at once. */
const TOLERATED = 3
const BENCH = 864e5
const LONGEST_BENCH = 30 * BENCH

/** The share of runs that helped, with one of each kind as a start (Laplace's rule): a new playbook counts as one half. */
export function helpedShare({ helped, idle, harmed }: Score): number {
  return (helped + 1) / (helped + idle + harmed + 2)
}

/** Learns how a run ended, and benches a playbook that has stopped helping. */
export function learnOutcome({ engine, book: { score }, run }: RunScene): void {
  if (run.outcome === 'helped') {
    score.helped++
    score.streak = 0
    score.bench = 0
    return
  }
  score.streak++
  score[run.outcome === 'harmed' ? 'harmed' : 'idle']++
  if (run.outcome !== 'harmed' && score.streak < TOLERATED) return
  score.bench = Math.min(LONGEST_BENCH, score.bench === 0 ? BENCH : 2 * score.bench)
  score.benchedUntil = engine.age + score.bench
}
