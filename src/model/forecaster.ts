/** What is foretold of a moment: the centre, and the band outside which it would be unusual (3 sigmas). In the signal's unit. */
export interface Forecast {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * An algorithm that foretells a signal; as with a {@link Detector}, it is a value and its memory is plain data.
 *
 * `S` must be JSON data or typed arrays, of one shape for life: no closures, no class instances, no `NaN`.
 *
 * @example
 * const naive: Forecaster<{ last: number; known: boolean }> = {
 *   name: 'naive@1',
 *   start: () => ({ last: 0, known: false }),
 *   learn(state, value) {
 *     state.last = value
 *     state.known = true
 *   },
 *   forecast: ({ last, known }) => (known ? { value: last, low: last, high: last } : undefined),
 * }
 */
export interface Forecaster<S = unknown> {
  /** `name@version`, with the options that change the memory's shape. Memory saved under another name is not loaded. */
  readonly name: string
  /** Fresh memory for one series. */
  start(): S
  /** Takes the value in. `time` is in milliseconds and never goes back; equal times and long gaps happen. */
  learn(state: S, value: number, time: number): void
  /**
   * What the signal will be `ahead` milliseconds after `time`, the present. Pure. `undefined` means no opinion yet.
   * `ahead` is 0 where the value that arrives at `time` is to be foretold from those before it.
   */
  forecast(state: S, time: number, ahead: number): Forecast | undefined
}
