/** What the driver is doing, for the picture. */
export interface Scene {
  /** 0 while the monitor learns, then the number of the fault; one more at the end. */
  act: number
  title: string
  /** How long each repair took, in milliseconds. */
  readonly repaired: number[]
  /** Moments to mark below the charts: in milliseconds since the demo began. */
  readonly marks: { readonly at: number; readonly sign: '▲' | '✔' }[]
}

/** Colours of states, of the 256 that terminals have. */
export const COLOR = { good: 71, odd: 178, bad: 203, talk: 117, learning: 67 } as const
