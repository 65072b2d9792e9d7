import { emptyRings, type Rings } from '../../math/rings.js'
import type { Claim } from './objective-claim.js'

/** Memory of an objective: plain data of some 40 KB. */
export interface ObjectiveState {
  readonly rings: Rings
  /** When each signal was heard last, by its identity: a rate and a state last from one observation to the next. */
  readonly heard: Record<string, number>
  /** What has come since `pendingAt` and last at `takenAt`, not yet in the rings: the bad and the total of each source. */
  readonly pending: Float64Array
  pendingAt: number
  takenAt: number
  /** Time of the last look at the windows; -1 before the first. */
  looked: number
  /** What is open; `null` while nothing is. */
  claim: Claim | null
}

/** @param sources - how many are counted. */
export function startObjective(sources: number): ObjectiveState {
  const pending = new Float64Array(2 * sources)
  return { rings: emptyRings(), heard: {}, pending, pendingAt: 0, takenAt: 0, looked: -1, claim: null }
}
