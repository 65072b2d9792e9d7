import type { Incident } from '../../model/index.js'

/**
 * How much a playbook may do. `observe`: it says what it would have done, does nothing, and keeps the score of whether the incident
 * cleared by itself. `approve`: a person is asked before each run. `act`: it acts.
 */
export type Mode = 'observe' | 'approve' | 'act'

/** What a repair is done to: the list alone, or with how many there are in all. */
export type Targets = readonly unknown[] | { readonly targets: readonly unknown[]; readonly of: number }

/** One rung of a playbook's ladder, as the guards see it. */
export interface RungTraits {
  /** Its steps, in order: their names, and which of them end this process or this machine. */
  readonly steps: readonly { readonly name: string; readonly restarts: boolean }[]
  /** Whether some step has a check of its own. */
  readonly verifies: boolean
}

/** A playbook's options, checked; times in milliseconds. */
export interface Traits {
  readonly playbook: string
  readonly mode: Mode
  /** From gentle to drastic; at least one. */
  readonly rungs: readonly RungTraits[]
  readonly settle: number
  readonly cooldown: number
  readonly attempts: number
  /** How long one step, or one check, may take. */
  readonly timeout: number
  /** How long a person has to approve. */
  readonly approval: number
  /** Whether the service is worse off while it acts: one such run at a time. */
  readonly disruptive: boolean
  /** What it works on: no two runs share one. */
  readonly resources: readonly string[]
  /** The playbooks whose work it takes back. */
  readonly reverses: readonly string[]
  /** What it is done to, where that is to be found out; an empty answer refuses. */
  readonly targets: ((incident: Incident) => Targets) | undefined
}
