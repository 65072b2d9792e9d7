import { type Events, type Feedback, type Finding, oneOf, type Rating } from '../../model/index.js'
import type { Guard } from '../guard.js'
import type { SeriesTable } from '../series/series-table.js'
import type { Flow } from './flow.js'

/** Ratings that are remembered, so that saying the same twice counts once. */
const MOST = 10_000

/** What the desk needs of the shell. */
export interface FeedbackShell {
  readonly guard: Guard
  readonly table: SeriesTable
  readonly flow: Flow
  /** Stage time. */
  time(): number
  emit<K extends keyof Events>(event: K, value: Events[K]): void
}

/** Takes what people say of findings to the watchers that made them. */
export class FeedbackDesk {
  /** The latest rating of each finding, by id. */
  readonly #ratings = new Map<string, Rating>()

  constructor(private readonly shell: FeedbackShell) {}

  /**
   * Takes a rating of a finding or of all findings of an incident.
   *
   * @returns whether it is known.
   */
  take(id: string, rating: Rating): boolean {
    let known = false
    this.shell.guard.try('feedback', () => {
      oneOf('feedback.rating', rating, ['useful', 'noise'])
      const about = this.#find(id)
      if (!about) return
      known = true
      this.#rate(id, rating, about)
    })
    return known
  }

  #find(id: string): readonly Finding[] | undefined {
    const { findings, incidents } = this.shell.flow
    const finding = findings.get(id)
    return finding ? [finding] : incidents.get(id)?.findings
  }

  #rate(id: string, rating: Rating, about: readonly Finding[]): void {
    const fresh = about.filter((finding) => this.#ratings.get(finding.id) !== rating)
    for (const finding of fresh) {
      this.#remember(finding.id, rating)
      this.#tell(rating, finding)
    }
    if (fresh.length === 0) return
    this.shell.emit('feedback', { id, rating, findings: fresh, time: this.shell.time() } satisfies Feedback)
  }

  #remember(id: string, rating: Rating): void {
    this.#ratings.set(id, rating)
    if (this.#ratings.size > MOST) this.#ratings.delete(this.#ratings.keys().next().value as string)
  }

  #tell(rating: Rating, finding: Finding): void {
    const series = this.shell.table.all.find(finding.signal)
    series?.plan.watchers.forEach((watcher, i) => {
      if (typeof watcher.feedback !== 'function') return
      this.shell.guard.run(watcher.name, () => watcher.feedback?.(series.states[i], rating, finding), undefined)
    })
  }
}
