import { factorise, triangleLength, unwhiten, whiten } from '../math/scatter.js'
import { type Thicket, thicket } from '../math/thicket.js'
import type { ForestState } from './forest-state.js'

const TREES = 128
const DEPTH = 5
/** What is believed of any two signals at first, that they are unrelated, weighs half as much as what was seen. */
const RIDGE = 0.5
/** Of rarity against distance. */
const WEIGHT = 2
/** About the mean rarity, so that sizes lie about 0. */
const USUAL = 4
/** No signal counts for more than so many spreads: one that never moved would drown the others. */
const FARTHEST = 1_000
/** Rounding: 1e-9 of a level, and 1e-12 about zero, are no move. */
const RELATIVE = 1e-9
const ABSOLUTE = 1e-12
/** Kept for so many lengths of vectors. */
const MOST_THICKETS = 8

/** One sigma of a slot, in its signal's unit. */
export function spreadOf(state: ForestState, slot: number): number {
  return Math.max(Math.sqrt(state.squares[slot] as number), noiseOf(state, slot))
}

/** Whether a slot has ever moved by more than rounding noise. */
export function hasMoved(state: ForestState, slot: number): boolean {
  return Math.sqrt(state.squares[slot] as number) > noiseOf(state, slot)
}

function noiseOf(state: ForestState, slot: number): number {
  return RELATIVE * Math.abs(state.means[slot] as number) + ABSOLUTE
}

/**
 * Measures vectors against a forest's memory, and changes nothing in it. Holds the room to reckon in, so that nothing is
 * allocated for each vector; what is in it means nothing after the call.
 */
export class Surveyor {
  /** Values before a slot's level is known. */
  static readonly least = 30
  readonly leafCount: number = TREES * 2 ** DEPTH
  readonly leaves: Uint16Array = new Uint16Array(TREES)
  /** By slot; `NaN` where nothing is known or said. */
  deviations: Float64Array = new Float64Array(0)
  /** How unusual the vector surveyed last is; `NaN` when nothing in it is known. */
  size: number = Number.NaN
  readonly #thickets = new Map<number, Thicket>()
  /** The slots that count, and of these the deviations, packed. */
  #chosen = new Uint8Array(0)
  #packed = new Float64Array(0)
  #white = new Float64Array(0)
  #factor = new Float64Array(0)
  #bySlot = new Float64Array(0)
  #count = 0

  constructor(private readonly seed: number) {}

  /** The vector's {@link size}, with its deviations and leaves. */
  survey(state: ForestState, values: Float64Array): number {
    const square = this.#distance(state, values)
    const rarity = this.#rarity(state)
    const count = this.#count
    this.size = count === 0 ? Number.NaN : Math.log(square / count + Number.MIN_VALUE) / 2 + WEIGHT * (rarity - USUAL)
    return this.size
  }

  /** What each slot adds to the squared distance, `d · (M⁻¹ d)`; what would take away from it counts 0. */
  blame(state: ForestState, values: Float64Array, into: Float64Array): void {
    this.#distance(state, values)
    unwhiten(this.#factor, this.#white, this.#count)
    into.fill(0)
    let sum = 0
    for (let i = 0; i < this.#count; i++) {
      const part = Math.max(0, (this.#packed[i] as number) * (this.#white[i] as number))
      into[this.#chosen[i] as number] = part
      sum += part
    }
    if (sum > 0) for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) / sum
  }

  #distance(state: ForestState, values: Float64Array): number {
    const { slots, counts, means } = state
    this.#room(slots)
    let count = 0
    for (let slot = 0; slot < slots; slot++) {
      const known = slot < values.length && (counts[slot] as number) >= Surveyor.least
      const off = known ? ((values[slot] as number) - (means[slot] as number)) / spreadOf(state, slot) : Number.NaN
      const deviation = Math.min(FARTHEST, Math.max(-FARTHEST, off))
      this.deviations[slot] = deviation
      if (Number.isNaN(deviation)) continue
      this.#chosen[count] = slot
      this.#packed[count++] = deviation
    }
    this.#count = count
    factorise(state.moments, this.#chosen, count, RIDGE, this.#factor)
    return whiten(this.#factor, this.#packed, count, this.#white)
  }

  #rarity(state: ForestState): number {
    if (state.slots === 0) return 0
    this.#bySlot.fill(0)
    for (let i = 0; i < this.#count; i++) this.#bySlot[this.#chosen[i] as number] = this.#white[i] as number
    this.#thicket(state.slots).locate(this.#bySlot, this.leaves)
    let sum = 0
    for (let i = 0; i < TREES; i++) sum += Math.log((state.leaves[this.leaves[i] as number] as number) + state.unit)
    return Math.log(state.planted + state.unit) - sum / TREES
  }

  #thicket(slots: number): Thicket {
    let found = this.#thickets.get(slots)
    if (!found) {
      if (this.#thickets.size >= MOST_THICKETS) this.#thickets.clear()
      found = thicket(slots, { trees: TREES, depth: DEPTH, seed: this.seed })
      this.#thickets.set(slots, found)
    }
    return found
  }

  #room(slots: number): void {
    if (this.deviations.length === slots) return
    this.deviations = new Float64Array(slots)
    this.#bySlot = new Float64Array(slots)
    this.#chosen = new Uint8Array(slots)
    this.#packed = new Float64Array(slots)
    this.#white = new Float64Array(slots)
    this.#factor = new Float64Array(triangleLength(slots))
  }
}
