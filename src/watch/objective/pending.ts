import { addTo } from '../../math/rings.js'
import type { ObjectivePlan } from './objective-options.js'
import type { ObjectiveState } from './objective-state.js'

/** Signals of one collection come within so long: what has come is counted only then, so that the good are not taken for missing. */
const SETTLED = 5_000

/** Takes in what a source had. */
export function take(state: ObjectiveState, source: number, bad: number, total: number, time: number): void {
  const { pending } = state
  if (pending.every((amount) => amount === 0)) state.pendingAt = time
  pending[2 * source] = (pending[2 * source] as number) + bad
  pending[2 * source + 1] = (pending[2 * source + 1] as number) + total
  state.takenAt = time
}

/** Whether what has come is complete: a collection is over, or a slice. */
export function isDue({ pendingAt, takenAt }: ObjectiveState, { slice }: ObjectivePlan, time: number): boolean {
  if (slice === undefined) return time - pendingAt >= SETTLED
  const end = (Math.floor(pendingAt / slice.every) + 1) * slice.every
  return time >= end + SETTLED || (time >= end && time - takenAt >= SETTLED)
}

/** Puts it into the rings: as events or time, or as one slice of time that was so bad. */
export function settle(state: ObjectiveState, plan: ObjectivePlan, time: number): void {
  const { pending, rings } = state
  if (pending.every((amount) => amount === 0)) return
  const at = Math.min(time, state.pendingAt)
  if (plan.slice === undefined) addTo(rings, plan.coarse, at, pending[0] as number, pending[1] as number)
  else {
    const { every, allowed } = plan.slice
    const share = shareOf(pending, plan)
    const bad = allowed < 0 ? share : share > allowed + 1e-12 ? 1 : 0
    if (!Number.isNaN(share)) addTo(rings, plan.coarse, at, bad * every, every)
  }
  pending.fill(0)
}

/** How bad all sources were together, from 0 to 1; `NaN` where none had anything. */
function shareOf(pending: Float64Array, { sources, combine }: ObjectivePlan): number {
  let [worst, sum, weights] = [0, 0, 0]
  sources.forEach(({ weight }, source) => {
    const [bad, total] = [pending[2 * source] as number, pending[2 * source + 1] as number]
    if (!(total > 0)) return
    const share = Math.min(1, Math.max(0, bad / total))
    worst = Math.max(worst, share)
    sum += weight * share
    weights += weight
  })
  if (weights === 0) return Number.NaN
  return combine === 'worst' ? worst : sum / weights
}
