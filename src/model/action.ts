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
  /** When what it treats began to deviate: what time to detect and time to repair are counted from. */
  readonly since: number
  /** When the run began. */
  readonly startedAt: number
  /** When this was known, in milliseconds since the epoch. */
  readonly time: number
  /** One plain sentence. */
  readonly evidence: string
}

/**
 * In the course of a run, `asked`: a person must approve; `started`: the steps begin.
 *
 * Its one end, `helped`: verified by the signals. `no effect`: the signals did not recover in time. `harmed`: they became worse, or
 * others did. `unknown`: what it did is not known. `failed`: a step threw or ran out of time. `stopped`: something came in between
 * two steps. `declined`: a person did not want it.
 *
 * Beside that, `escalated`: it has given up, a person is told. While it only observes, `would act`, and then `cleared`: the incident
 * was over without it, or `stayed`.
 */
export type ActionOutcome =
  | 'asked'
  | 'started'
  | 'helped'
  | 'no effect'
  | 'harmed'
  | 'unknown'
  | 'failed'
  | 'stopped'
  | 'declined'
  | 'escalated'
  | 'would act'
  | 'cleared'
  | 'stayed'
