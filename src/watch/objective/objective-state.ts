import { emptyRings, type Rings } from '../../math/rings.js'
import type { Claim } from './objective-claim.js'

/** Memory of an objective: plain data of some 40 KB. */
export interface ObjectiveState {
  readonly rings: Rings
  /** When each signal was heard last, by its identity: a rate and a state last from one observation to the next. */
  readonly heard: Record<string, number>
  /** What has come since `pendingAt`, not yet in the rings: of one collection some signals come before others. */
  pendingBad: number
  pendingTotal: number
  pendingAt: number
  /** Time of the last look at the windows; -1 before the first. */
  looked: number
  /** What is open; `null` while nothing is. */
  claim: Claim | null
}

export function startObjective(): ObjectiveState {
  return { rings: emptyRings(), heard: {}, pendingBad: 0, pendingTotal: 0, pendingAt: 0, looked: -1, claim: null }
}
