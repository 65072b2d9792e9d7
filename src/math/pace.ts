import { forgetting } from './forgetting.js'

/** What {@link pace} remembers of the observations so far. */
export interface Pace {
  /** Of the last observation; before any time, until there is one. */
  time: number
  /** How much of the memory may be replaced: time fills it, learning spends an eighth of it. */
  room: number
  count: number
  /** Milliseconds over which it is known, as far as that matters. */
  age: number
}

/** Youth: the memory spans a quarter of the past, so that the fourth power of time forgets a bad start. */
const YOUTH = 4
const PART = 1 / 8
/** A gap of less than a nanosecond is none: it would be lost in rounding. */
const LEAST = 1e-6
const ROOM = 1 / 4
/** From here on 4 / (count + 4) is below 1/32, the most that one observation may replace. */
export const MATURE = 124

/**
 * Takes note of an observation, and says which share of the memory it replaces: `1 − 2^(−Δt / halfLife)` at a steady pace.
 *
 * Time decides, not the number of observations: a burst shares what its time allows, a gap of a week lets the next observation
 * replace 1/32 and no more, a young memory learns faster. O(1), allocates nothing.
 *
 * @param halfLife - milliseconds until what is remembered counts half; above 0.
 * @param grown - the age from which the memory is no longer young.
 */
export function pace(halfLife: number, grown: number): (state: Pace, time: number) => number {
  const forgotten = forgetting(halfLife)
  return (state, time) => {
    const gap = time - state.time
    if (gap > LEAST) {
      let room = state.room + forgotten(gap)
      if (state.age < grown && state.count > 0) {
        state.age = Math.min(grown, state.age + gap)
        room += (YOUTH * gap) / state.age
      }
      state.time = time
      state.room = Math.min(ROOM, room)
    }
    const count = state.count++
    const share = count < MATURE ? YOUTH / (count + YOUTH) : state.room * PART
    state.room *= 1 - PART
    return share
  }
}
