import { identityOf, type Signal } from '../model/index.js'
import type { AnomalyState } from './anomaly-state.js'

/** A group has so many signals at the most. */
export const MOST_MEMBERS = 64
/** When a group is full, a signal that has been silent for so long gives its slot to a new one, in milliseconds. */
const SILENT = 864e5
/** Before any time; a number that JSON keeps. */
const NEVER = -Number.MAX_VALUE

/** The memory of `together()` for one group. A signal's slot is its place in the lists, for life. */
export interface TogetherState {
  readonly members: Signal[]
  /** Names and attributes of the members, as one text each. */
  readonly ids: string[]
  /** The last value of each slot, and when it came. */
  readonly values: Float64Array
  readonly heard: Float64Array
  /** Values since the last vector. */
  fresh: number
  /** When the next vector is complete. */
  due: number
  /** Observations of signals for which there was no slot. */
  refused: number
  /** What each slot has contributed to the deviation under way. */
  readonly blamed: Float64Array
  /** The signal that the latest finding is about. */
  leader: Signal | null
  readonly alarm: AnomalyState
}

export function freshGroup(alarm: AnomalyState): TogetherState {
  return {
    members: [],
    ids: [],
    values: new Float64Array(MOST_MEMBERS),
    heard: new Float64Array(MOST_MEMBERS).fill(NEVER),
    fresh: 0,
    due: NEVER,
    refused: 0,
    blamed: new Float64Array(MOST_MEMBERS),
    leader: null,
    alarm,
  }
}

/** A signal's slot; -1 when there is none for it. `left` is told of a slot that a silent signal has had to leave. */
export function slotOf(state: TogetherState, signal: Signal, time: number, left: (slot: number) => void): number {
  const id = identityOf(signal)
  const known = state.ids.indexOf(id)
  if (known >= 0) return known
  const slot = state.ids.length < MOST_MEMBERS ? state.ids.length : silentSlot(state, time)
  if (slot < 0) return slot
  if (slot < state.ids.length) left(slot)
  state.ids[slot] = id
  state.members[slot] = signal
  return slot
}

function silentSlot({ heard }: TogetherState, time: number): number {
  let slot = 0
  for (let i = 1; i < heard.length; i++) if ((heard[i] as number) < (heard[slot] as number)) slot = i
  return time - (heard[slot] as number) >= SILENT ? slot : -1
}

/** Writes the vector of last values: `NaN` for what was not heard since. Whether there is anything in it. */
export function vectorOf({ values, heard, ids }: TogetherState, since: number, into: Float64Array): boolean {
  let some = false
  for (let slot = 0; slot < ids.length; slot++) {
    const recent = (heard[slot] as number) >= since
    into[slot] = recent ? (values[slot] as number) : Number.NaN
    some ||= recent
  }
  return some
}
