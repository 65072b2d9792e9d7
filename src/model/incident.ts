import type { Finding, Severity, State } from './finding.js'
import type { Signal } from './signal.js'

/** A possible cause, ranked. The first is often wrong: show them all with their evidence, never act on the first alone. */
export interface Suspect {
  readonly signal: Signal
  /** Share of the blame, 0 to 1; the suspects of an incident add up to 1. */
  readonly weight: number
  /** Why it is suspected, in one plain sentence. */
  readonly evidence: string
}

/** Findings that belong together. A value: every change is a new one with the same `id`. */
export interface Incident {
  readonly id: string
  readonly state: State
  /** The worst of its findings so far. */
  readonly severity: Severity
  /** One plain line. */
  readonly title: string
  readonly openedAt: number
  readonly updatedAt: number
  readonly closedAt?: number
  /** The findings, in order of onset; the {@link findingCount} tells how many there were when the list is cut. */
  readonly findings: readonly Finding[]
  readonly findingCount: number
  /** Most suspect first. */
  readonly suspects: readonly Suspect[]
}
