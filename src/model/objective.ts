/** How an objective stands. */
export interface ObjectiveStatus {
  readonly name: string
  /** The part that must be good. */
  readonly target: number
  /** The part of the error budget that is left: 1 of an untouched one, 0 of one that is spent, below 0 of an overspent one; `NaN` without data. */
  readonly remaining: number
  /** How many times too fast the budget was spent in the last 5 min, 1 h, 6 h and 3 d; `NaN` where nothing came. */
  readonly burn: { readonly '5m': number; readonly '1h': number; readonly '6h': number; readonly '3d': number }
  /** Milliseconds until the budget is spent at the pace of the last hour; `Infinity` while it is not being spent. */
  readonly exhaustedIn: number
  /** As of when, in milliseconds. */
  readonly time: number
}
