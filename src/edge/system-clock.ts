import type { Clock } from '../model/index.js'

/** The longest wait one timer can hold (2³¹ − 1 ms); longer sleeps chain. */
const LONGEST = 2_147_483_647

/**
 * The machine's own time. The only file that touches `Date`, `performance` and timers; none of its timers keeps a process alive, but that of
 * `keepAlive()`.
 */
export function systemClock(): Clock {
  return CLOCK
}

const CLOCK: Clock = Object.freeze({
  now: () => Date.now(),
  elapsed: () => performance.now(),
  async sleep(ms: number, abort?: AbortSignal): Promise<void> {
    for (let left = ms; left > LONGEST && !abort?.aborted; left -= LONGEST) await once(LONGEST, abort)
    await once(ms > LONGEST ? ms % LONGEST : ms, abort)
  },
})

function once(ms: number, abort: AbortSignal | undefined): Promise<void> {
  if (abort?.aborted) return Promise.resolve()
  if (!(ms > 0)) return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      abort?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    timer.unref()
    abort?.addEventListener('abort', wake)
  })
}

/** Keeps the process alive for so many milliseconds, or until what comes back is called. */
export function keepAlive(ms: number): () => void {
  const timer = setTimeout(() => {}, Math.min(ms, LONGEST))
  return () => clearTimeout(timer)
}
