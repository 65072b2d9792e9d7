/** What a remediation did, or would have done, and whether it helped. */
export interface Action {
  /** Stable for the run, the same in a replay. */
  readonly id: string
  /** The remediation's name. */
  readonly name: string
  readonly incident: string
  /** 1 for the first try in this incident. */
  readonly attempt: number
  readonly outcome: ActionOutcome
  /** When the run began. */
  readonly startedAt: number
  /** When this was known, in milliseconds since the epoch. */
  readonly time: number
  /** One plain sentence. */
  readonly evidence: string
}

/**
 * `started`: the steps begin. `helped`: verified by the signals. `no effect`: the signals did not recover in time.
 * `failed`: a step threw or ran out of time. `escalated`: it has given up, a person is told. `dry run`: it would have acted.
 */
export type ActionOutcome = 'started' | 'helped' | 'no effect' | 'failed' | 'escalated' | 'dry run'
