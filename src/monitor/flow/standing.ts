import type { Finding } from '../../model/index.js'

/** An open finding, and the part that made it. */
interface Stand {
  readonly by: string
  readonly finding: Finding
}

/** What is remembered of open findings over a restart: plain data. */
export type StandingState = readonly Stand[]

/** So many are remembered; the oldest is forgotten first. */
const MOST = 1_000

/**
 * The findings that are open, by the part that made them: when a part is there no more, nobody else would ever close its
 * findings. O(1) a finding.
 */
export class Standing {
  readonly #byId = new Map<string, Stand>()

  get state(): StandingState {
    return [...this.#byId.values()]
  }

  /** Takes up what was open before the restart. */
  restore(state: StandingState): void {
    for (const { by, finding } of state) this.keep(finding, by)
  }

  keep(finding: Finding, by: string): void {
    this.#byId.delete(finding.id)
    if (finding.state === 'closed') return
    this.#byId.set(finding.id, { by, finding })
    if (this.#byId.size > MOST) this.#byId.delete(this.#byId.keys().next().value as string)
  }

  /** The findings that nobody will close, as `parts` are all that are there: closed. */
  orphans(parts: ReadonlySet<string>, now: number): readonly Finding[] {
    return this.state
      .filter(({ by }) => !parts.has(by))
      .map(({ by, finding }) => ({
        ...finding,
        state: 'closed',
        closedAt: now,
        updatedAt: now,
        summary: `${finding.summary}; no longer watched, since ${by} was taken out`,
      }))
  }
}
