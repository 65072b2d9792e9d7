import type { Clock } from './clock.js'

/** How long something is waited for. */
export interface Deadline {
  readonly clock: Clock
  /** Milliseconds, on the monotonic clock. */
  readonly ms: number
  /** Gives up as soon as it fires. */
  readonly abort?: AbortSignal
  /** What it then rejects with. */
  readonly late?: () => Error
}

/**
 * What `work` gives; or a rejection when it throws, rejects, takes too long or is given up. It goes on unheard then: a promise cannot be ended. The signal that it
 * gets fires as soon as nobody waits for it any more, and after it has ended.
 */
export async function inTime<T>(
  { clock, ms, abort, late = () => new Error(`no answer within ${ms} ms`) }: Deadline,
  work: (abort: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const call = new AbortController()
  const stop = (): void => call.abort()
  abort?.addEventListener('abort', stop)
  if (abort?.aborted) stop()
  const over = clock.sleep(ms, call.signal).then(() => {
    stop()
    throw late()
  })
  over.catch(() => undefined)
  try {
    return await Promise.race([Promise.resolve(call.signal).then(work), over])
  } finally {
    stop()
    abort?.removeEventListener('abort', stop)
  }
}
