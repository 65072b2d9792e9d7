import {
  type CheckKind,
  type CheckResult,
  type Health,
  type HealthFilter,
  type HealthStatus,
  worse,
} from '../../model/index.js'
import { blame } from './blame.js'

/** Checks that are kept; the results of further ones are refused and counted. */
const MOST_CHECKS = 1_000
/** Groups and dependencies that one check may have. */
const MOST_LISTED = 100
const KINDS: readonly CheckKind[] = ['readiness', 'liveness', 'startup']
const STATUSES: readonly HealthStatus[] = ['pass', 'warn', 'fail']

/** What the board has to be told, since only the monitor knows it. */
export interface HealthQuestion {
  readonly service: string
  /** Whether the monitor has started. */
  readonly started: boolean
  /** Whether the shutdown has begun. */
  readonly draining: boolean
  readonly filter?: HealthFilter | undefined
}

/**
 * The last answer of every check, and the health of the service that follows from them. Asking never runs a check.
 *
 * - *ready* is the worst of the readiness checks, where a failure that is not critical counts as `warn`. It is `fail` before
 *   the start, while draining, while a critical check has no answer yet, and until the service has come up.
 * - *live* is the worst of the liveness checks in the same way, and of nothing else: no dependency, no start, no drain.
 * - *started* is `fail` until the monitor has started and each startup check has passed once; then it is `pass` for good.
 *
 * A filter's `exclude` comes first: what is left out is to blame for nothing. Its `groups` only choose what is looked at.
 *
 * A check that depends on one that fails, through however many others, is shown as failing because of it; liveness checks
 * never are. Setting is O(1), asking O(checks + dependencies).
 */
export class HealthBoard {
  /** Results that were not kept: malformed, or of one check too many. */
  refused = 0
  readonly #byName = new Map<string, CheckResult>()
  readonly #cameUp = new Set<string>()

  /** Takes a result in. True when the check is new or its status has changed: only then can the health be another one. */
  set(result: CheckResult): boolean {
    if (!isResult(result)) return this.#refuse()
    const before = this.#byName.get(result.name)
    if (!before && this.#byName.size >= MOST_CHECKS) return this.#refuse()
    this.#byName.set(result.name, result)
    if (result.kind === 'startup' && isUp(result.status)) this.#cameUp.add(result.name)
    return before === undefined || before.status !== result.status
  }

  /** Forgets a check, when its source is taken out. True when there was one. */
  remove(name: string): boolean {
    this.#cameUp.delete(name)
    return this.#byName.delete(name)
  }

  health({ service, started, draining, filter = {} }: HealthQuestion): Health {
    const { groups, exclude } = filter
    const asked = exclude?.length ? this.#results().filter((result) => !exclude.includes(result.name)) : this.#results()
    const resolved = blame(asked)
    const checks = groups?.length ? resolved.filter((result) => isIn(result, groups)) : resolved
    const up = started && this.#isUp(checks) ? 'pass' : 'fail'
    const live = worstOf(checks, 'liveness', 'pass')
    const ready = started && !draining && this.#isUp(asked) ? worstOf(checks, 'readiness', 'fail') : 'fail'
    return { service, status: worse(worse(live, ready), up), live, ready, started: up, draining, checks }
  }

  #results(): readonly CheckResult[] {
    return [...this.#byName.values()]
  }

  #isUp(checks: readonly CheckResult[]): boolean {
    return checks.every(({ kind, name }) => kind !== 'startup' || this.#cameUp.has(name))
  }

  #refuse(): false {
    this.refused++
    return false
  }
}

/** The worst of one kind; `silent` is what a critical check without an answer counts as. */
function worstOf(checks: readonly CheckResult[], kind: CheckResult['kind'], silent: HealthStatus): HealthStatus {
  let worst: HealthStatus = 'pass'
  for (const check of checks) {
    if (check.kind !== kind) continue
    const status = check.status ?? (check.critical ? silent : 'pass')
    worst = worse(worst, status === 'fail' && !check.critical ? 'warn' : status)
  }
  return worst
}

function isIn(result: CheckResult, groups: readonly string[]): boolean {
  return result.groups.some((group) => groups.includes(group))
}

/** Anybody may publish a result, also without types. */
function isResult(result: CheckResult): boolean {
  if (typeof result !== 'object' || result === null) return false
  if (typeof result.name !== 'string' || result.name === '') return false
  if (!KINDS.includes(result.kind) || (result.status !== undefined && !STATUSES.includes(result.status))) return false
  return [result.groups, result.dependsOn].every((list) => Array.isArray(list) && list.length <= MOST_LISTED)
}

function isUp(status: HealthStatus | undefined): boolean {
  return status === 'pass' || status === 'warn'
}
