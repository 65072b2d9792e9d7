/** How long a series has been odd, and how long it is known. */
export interface Oddity {
  /** Milliseconds for which values have been outside, less those for which they have been inside again. */
  odd: number
  /** Milliseconds over which this normal is known, as far as that matters. */
  readonly age: number
}

/** The deviation has lasted: it is the new normal. */
export const LASTED = -1

/**
 * Holds off what lies outside: at first it may teach as much as anything, soon nothing, until it has lasted.
 *
 * It lasts when it has gone on for `adapt`, or for half as long as the normal before it was known. A gap counts for an eighth
 * of that at most, so that one value after a silence of a week is no new normal.
 *
 * @returns how much may be learned from it, 1 to 0, or {@link LASTED}.
 */
export function endure(state: Oddity, gap: number, halfLife: number, adapt: number): number {
  const patience = Math.min(adapt, state.age / 2)
  const fading = Math.max(0, 1 - state.odd / Math.min(halfLife / 20, patience / 8))
  state.odd += Math.min(gap, patience / 8)
  return state.odd >= patience ? LASTED : fading * fading
}

/** A value inside: what was odd is made up for as quickly as it came. */
export function relax(state: Oddity, gap: number): void {
  if (state.odd > 0) state.odd = Math.max(0, state.odd - gap)
}
