import { uniform } from './random.js'

/** The shape of a thicket: how many trees, and how deep. */
export interface ThicketShape {
  readonly trees: number
  /** Questions from root to leaf. */
  readonly depth: number
  /** Decides the questions, together with the number of coordinates. */
  readonly seed: number
}

/** Random trees over the coordinates of a vector. */
export interface Thicket {
  /** Leaves of all trees together. */
  readonly leaves: number
  /** Finds the leaf of each tree that `y` falls into, as an index among all leaves. O(trees × depth). */
  locate(y: Float64Array, into: Uint16Array): void
}

/**
 * Random trees, each of whose nodes asks whether one coordinate is above a cut. A leaf is a box; which boxes the past has filled
 * tells how rare a combination is, whatever its distribution. The trees are fixed by the seed: they hold no memory.
 *
 * Cuts are drawn evenly on a line onto which the whole axis is drawn together, `½ + ½ y / (1 + |y|)`: half of them lie within
 * 1 of 0, and some are far out. So coordinates should have a spread of about 1.
 *
 * @param coordinates - how many a vector has, from 1.
 * @see Tan, Ting and Liu, "Fast anomaly detection for streaming data", 2011, whose trees halve a range instead.
 */
export function thicket(coordinates: number, { trees, depth, seed }: ThicketShape): Thicket {
  const width = 2 ** depth
  const nodes = trees * width
  const asked = Uint8Array.from({ length: nodes }, (_, node) => Math.floor(uniform(seed, node) * coordinates))
  const cuts = Float64Array.from({ length: nodes }, (_, node) => unfolded(uniform(seed + 1, node)))
  return {
    leaves: nodes,
    locate(y, into) {
      for (let tree = 0, base = 0; tree < trees; tree++, base += width) {
        let node = 1
        for (let level = 0; level < depth; level++) {
          const at = base + node
          node = 2 * node + ((y[asked[at] as number] as number) >= (cuts[at] as number) ? 1 : 0)
        }
        into[tree] = base + node - width
      }
    },
  }
}

/** The inverse of `½ + ½ y / (1 + |y|)`. */
function unfolded(at: number): number {
  const side = 2 * at - 1
  return side / Math.max(1 - Math.abs(side), 1e-9)
}
