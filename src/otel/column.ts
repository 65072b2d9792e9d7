import type { Handle } from '../model/index.js'

/** What all series of one metric have in common, and how a signal of one of them is made. */
export interface Stream {
  readonly name: string
  /** UCUM; `'1'` when the instrument has none. */
  readonly unit: string
  /** The signal `title` with the attributes of the series at `s`. */
  bind(s: number, title: string, unit: string): Handle
}

/**
 * What is remembered of one metric's series between two collections, by the number `s` of the series: arrays side by side,
 * since objects of their own would each be fetched from far memory at every collection.
 *
 * Signals are made at the first observation, so a series that is seen once costs none.
 */
export interface Column {
  /**
   * A collection begins. `perSecond` turns what has grown since the one before into a rate: 1,000 by the milliseconds between.
   * It is 0 when that is too short for a rate: what comes now is then counted into the next interval.
   */
  begin(perSecond: number): void
  /** A series is seen for the first time, or after a gap. `s` is at most one beyond the last. */
  add(s: number, value: unknown): void
  /** A series that was in the collection before. */
  take(s: number, value: unknown): void
  /** The collection came without it. A delta stream leaves out what stood still; a cumulative one never does. */
  absent(s: number): void
  /** Forgets a series: the `last` one takes its number. */
  drop(s: number, last: number): void
}

/** Puts the `last` item in the place of the one at `at`, and ends the list before it. */
export function fillGap<T>(items: T[], at: number, last: number): void {
  items[at] = items[last] as T
  items.length = last
}
