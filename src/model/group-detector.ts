import type { Band } from './detector.js'

/**
 * A detector of several signals at once: one vector of their values at a time. For what `together()` watches.
 *
 * Each signal has a place in the vector, its slot, for life. A slot is `NaN` while its signal says nothing, and a vector may
 * become longer when a signal joins. As with a `Detector`, score first, then learn; `S` is plain data without `NaN`. A vector
 * is the caller's, and is reused: copy what is to be kept.
 */
export interface GroupDetector<S = unknown> {
  /** `name@version`, with the options that change the memory's shape. Memory saved under another name is not loaded. */
  readonly name: string
  /** Fresh memory for one group. */
  start(): S
  /** How unexpected the vector is, in sigmas. Pure. `NaN` means no opinion yet. */
  score(state: S, values: Float64Array, time: number): number
  /** Takes the vector in. `time` is in milliseconds and never goes back. */
  learn(state: S, values: Float64Array, time: number): void
  /** Which slots make the vector unexpected: shares from 0 to 1 that add up to 1, or all 0 when none does. Pure. */
  blame(state: S, values: Float64Array, time: number, into: Float64Array): void
  /** What is expected of a slot now, for alerts and pictures. Pure. */
  expect?(state: S, slot: number, time: number): Band | undefined
  /** Forgets a slot: its signal is heard no more, and another one takes its place. */
  forget?(state: S, slot: number): void
}
