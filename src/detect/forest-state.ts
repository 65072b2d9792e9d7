import { type Ladder, ladder } from '../math/ladder.js'
import { type Triangle, triangleLength } from '../math/scatter.js'
import { NEVER } from './level.js'

/** Memory of `forest()`: about 40 KB with 20 signals, 55 KB with 64. */
export interface ForestState {
  /** Slots that have had a value. Means, squares and counts have an element for each. */
  slots: number
  /** Vectors learned. */
  vectors: number
  /** Of the first and the last vector. */
  first: number
  time: number
  means: Float64Array
  /** Mean squared deviations from the mean. */
  squares: Float64Array
  /** Values learned. */
  counts: Float64Array
  /** Mean products of deviations, in spreads. */
  moments: Triangle
  /** Weight of the past in each leaf, and all of it. */
  leaves: Float64Array
  planted: number
  /** What one vector weighs by now: weights grow, so that the past fades. */
  unit: number
  /** How unusual vectors have been. */
  sizes: Ladder
  /** Unusual vectors in the run that is under way, when it began, and calm vectors since the last one. */
  run: number
  since: number
  calm: number
}

export function freshForest(leaves: number): ForestState {
  return {
    slots: 0,
    vectors: 0,
    first: NEVER,
    time: NEVER,
    means: new Float64Array(0),
    squares: new Float64Array(0),
    counts: new Float64Array(0),
    moments: new Float64Array(0),
    leaves: new Float64Array(leaves),
    planted: 0,
    unit: 1,
    sizes: ladder(),
    run: 0,
    since: NEVER,
    calm: 0,
  }
}

/** Makes room for slots that have a value for the first time. The trees ask about all of them from then on, and begin anew. */
export function admit(state: ForestState, values: Float64Array): void {
  let slots = values.length
  while (slots > state.slots && Number.isNaN(values[slots - 1])) slots--
  if (slots <= state.slots) return
  state.slots = slots
  state.means = longer(state.means, slots)
  state.squares = longer(state.squares, slots)
  state.counts = longer(state.counts, slots)
  state.moments = longer(state.moments, triangleLength(slots))
  state.leaves.fill(0)
  state.planted = 0
}

function longer(array: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(length)
  grown.set(array)
  return grown
}
