import type { Context } from './context.js'
import type { Signal } from './signal.js'

/** Observes one number of one signal, now. Keep the `Signal` object and pass the same one again: finding its memory is then free. */
export type Emit = (signal: Signal, value: number) => void

/**
 * Something that produces observations.
 *
 * `start` may run for as long as it likes: wait with `context.clock.sleep(ms, context.abort)` and end when `context.abort` fires.
 *
 * @example
 * const depth: Signal = { name: 'queue.depth', unit: '{job}', attributes: {} }
 * const queue: Source = {
 *   name: 'queue',
 *   async start(emit, { clock, abort }) {
 *     while (!abort.aborted) {
 *       emit(depth, jobs.length)
 *       await clock.sleep(10_000, abort)
 *     }
 *   },
 * }
 */
export interface Source {
  readonly name: string
  start(emit: Emit, context: Context): void | Promise<void>
}
