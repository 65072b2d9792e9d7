import { compareSeverity, type Severity, type State } from '../model/index.js'

/** What has changed about a finding or an incident since it was last told. */
export type Turn = 'opened' | 'opened again' | 'worsened' | 'closed'

interface Told {
  readonly id: string
  readonly state: State
  readonly severity: Severity
}

/** So many open ones are remembered, and so many closed ones; the oldest is forgotten first. */
const MOST = 10_000

/**
 * Tells the turns in the life of findings and incidents, which come again and again with the same id.
 */
export class Turns {
  readonly #open = new Map<string, Severity>()
  readonly #closed = new Set<string>()

  /** `undefined` when nothing has changed that is worth telling. */
  of({ id, state, severity }: Told): Turn | undefined {
    const before = this.#open.get(id)
    if (state === 'closed') {
      this.#open.delete(id)
      bounded(this.#closed.add(id))
      return 'closed'
    }
    if (before !== undefined && compareSeverity(severity, before) <= 0) return undefined
    bounded(this.#open.set(id, severity))
    if (before !== undefined) return 'worsened'
    return this.#closed.delete(id) ? 'opened again' : 'opened'
  }
}

function bounded(ids: Map<string, unknown> | Set<string>): void {
  if (ids.size > MOST) ids.delete(ids.keys().next().value as string)
}
