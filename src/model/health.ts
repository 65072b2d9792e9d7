/** health+json (draft-inadarei-api-health-check): `warn` is up but degraded. */
export type HealthStatus = 'pass' | 'warn' | 'fail'

/** Which question a check answers: may traffic come, must the process be restarted, has it come up. */
export type CheckKind = 'readiness' | 'liveness' | 'startup'

/** The last answer of a check. */
export interface CheckResult {
  readonly name: string
  readonly kind: CheckKind
  /** Whether a failure fails the service; otherwise it degrades it. */
  readonly critical: boolean
  /** After hysteresis. `undefined` while no answer has come yet. */
  readonly status: HealthStatus | undefined
  readonly groups: readonly string[]
  /** Names of checks without which this one cannot pass. */
  readonly dependsOn: readonly string[]
  /** Why it is not `pass`, in plain words. */
  readonly output?: string
  /** When the check last ended, in milliseconds since the epoch; -1 before that. */
  readonly time: number
  /** Since when the status is what it is; -1 before the first answer. */
  readonly since: number
  /** How long the check took, in milliseconds. */
  readonly took: number
}

/** The health of the service, from the last results; asking never runs a check. */
export interface Health {
  readonly service: string
  /** The worst of the three below. */
  readonly status: HealthStatus
  /** Liveness checks only: never a dependency. */
  readonly live: HealthStatus
  /** Readiness checks; `fail` while not yet started, while shutting down, and while a critical check has no answer yet. */
  readonly ready: HealthStatus
  /** Startup checks; `fail` until each has passed once, then `pass` for good. */
  readonly started: HealthStatus
  /** True once the shutdown has begun. */
  readonly draining: boolean
  readonly checks: readonly CheckResult[]
}

const RANK: Readonly<Record<HealthStatus, number>> = { pass: 0, warn: 1, fail: 2 }

/** The worse of two. */
export function worse(a: HealthStatus, b: HealthStatus): HealthStatus {
  return RANK[a] >= RANK[b] ? a : b
}
