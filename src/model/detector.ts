/** What was expected of a value: the centre, and the band outside which it is unusual (3 sigmas). In the signal's unit. */
export interface Band {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * An algorithm as a value; its memory is plain data that the monitor keeps, saves and restores.
 *
 * Score first, then learn. `S` must be JSON data or typed arrays, of one shape for life: no closures, no class instances, no `NaN`.
 *
 * @example
 * const ceiling = (limit: number): Detector<null> => ({
 *   name: `ceiling@1:${limit}`,
 *   start: () => null,
 *   score: (_, value) => (value > limit ? 10 : 0),
 *   learn() {},
 * })
 */
export interface Detector<S = unknown> {
  /** `name@version`, with the options that change the memory's shape. Memory saved under another name is not loaded. */
  readonly name: string
  /** Fresh memory for one series. */
  start(): S
  /** How unexpected, in sigmas: 0 is expected, 3 unusual. Pure. `NaN` means no opinion yet, which is not "normal". */
  score(state: S, value: number, time: number): number
  /** Takes the value in. `time` is in milliseconds and never goes back; equal times and long gaps happen. */
  learn(state: S, value: number, time: number): void
  /** What the detector expects now: for alerts and pictures. Pure. */
  expect?(state: S, time: number): Band | undefined
  /**
   * Which statistic speaks when this value scores high, in a few words that read well after "by": `'its level'`, `'the time of
   * day'`. For alerts, so off the hot path; asked before the value is learned. At most 100 characters are kept. Pure.
   */
  explain?(state: S, value: number, time: number): string | undefined
}
