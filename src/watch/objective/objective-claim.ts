import {
  ATTRIBUTE,
  describe,
  digits,
  type Finding,
  idOf,
  METRIC,
  type ObjectiveStatus,
  type Signal,
} from '../../model/index.js'
import type { ObjectivePlan } from './objective-options.js'

/** A budget that is being spent too fast. Plain data. */
export interface Claim {
  readonly openedAt: number
  /** When a rule held last. */
  readonly heldAt: number
  readonly severity: 'warning' | 'critical'
  /** Of the worst rule that held: from how many times too fast, over which time. */
  readonly factor: number
  readonly long: number
  /** How many times too fast at the worst. */
  readonly burn: number
}

/** Just at its factor a rule is this far out, on the scale of sigmas. */
const SCORE = 5
const CAP = 1e6

/** The finding while it is open. */
export function burning(plan: ObjectivePlan, claim: Claim, status: ObjectiveStatus): Finding {
  const { remaining, exhaustedIn } = status
  const left = remaining <= 0 ? 'the budget is spent' : `${digits(100 * remaining)} % of the budget is left`
  const until =
    exhaustedIn > 0 && exhaustedIn < plan.window ? `, for ${describe(exhaustedIn)} at the pace of the last hour` : ''
  const summary = `${plan.name} spends its error budget ${digits(claim.burn)} times too fast over ${describe(claim.long)}; ${left}${until}`
  return finding(plan, claim, status, { state: 'open', summary })
}

/** The finding as it closes. */
export function recovered(plan: ObjectivePlan, claim: Claim, status: ObjectiveStatus): Finding {
  const { remaining, time } = status
  const left = Number.isNaN(remaining) ? 'there is no data' : `${digits(100 * remaining)} % of the budget is left`
  const summary = `${plan.name} no longer spends its error budget too fast; ${left}`
  return finding(plan, claim, status, { state: 'closed', closedAt: time, summary })
}

function finding(
  plan: ObjectivePlan,
  { openedAt, severity, factor, burn }: Claim,
  { time }: ObjectiveStatus,
  change: Pick<Finding, 'state' | 'summary' | 'closedAt'>,
): Finding {
  const signal: Signal = { name: METRIC.burnRate, unit: '1', attributes: { [ATTRIBUTE.objective]: plan.name } }
  return {
    id: idOf('f', 'objective', plan.name, openedAt),
    watcher: 'objective',
    signal,
    severity,
    score: Math.min(CAP, (SCORE * burn) / factor),
    value: burn,
    expected: { value: 1, low: 0, high: factor },
    since: openedAt,
    openedAt,
    updatedAt: time,
    ...change,
  }
}
