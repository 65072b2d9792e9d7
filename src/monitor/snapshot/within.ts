import type { Clock } from '../../model/index.js'

/**
 * What `work` gives, or a rejection when it throws, rejects or takes longer than `ms`. It goes on unheard then: a promise
 * cannot be ended.
 */
export async function within<T>(clock: Clock, ms: number, work: () => Promise<T>): Promise<T> {
  const answered = new AbortController()
  const late = clock.sleep(ms, answered.signal).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  try {
    return await Promise.race([Promise.resolve().then(work), late])
  } finally {
    answered.abort()
  }
}
