/** Where a frame begins or ends: a segment's number, and an offset in it. */
export interface Place {
  readonly segment: number
  readonly offset: number
}

/** Before everything. */
export const START: Place = Object.freeze({ segment: 0, offset: 0 })

/** Below 0 when `a` comes before `b`. */
export function comparePlaces(a: Place, b: Place): number {
  return a.segment - b.segment || a.offset - b.offset
}

/** Frames from one place on and before another one. */
export interface Range {
  readonly from: Place
  readonly to: Place
}
