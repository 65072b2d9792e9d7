import { type Duration, describe, duration, messageOf } from '../../model/index.js'
import { systemClock } from '../../monitor/index.js'
import { broken } from './law.js'

/** How a promise ended. */
export type Ending<T> =
  | { readonly how: 'resolved'; readonly value: T }
  | { readonly how: 'rejected'; readonly error: unknown }

/** Waits for work that must end, for so much real time. */
export class Patience {
  readonly #ms: number

  constructor(field: string, patience: Duration = '5s') {
    this.#ms = duration(field, patience)
  }

  /** How work ends. Fails the law when it throws before it returns a promise, or does not end. */
  async ending<T>(what: string, work: () => T | Promise<T>): Promise<Ending<T>> {
    const over = new AbortController()
    const late = systemClock().sleep(this.#ms, over.signal)
    const hung = late.then(() => broken(`${what} has not ended after ${describe(this.#ms)}`))
    hung.catch(() => {})
    try {
      return await Promise.race([endingOf(what, work), hung])
    } finally {
      over.abort()
    }
  }

  /** What work resolves with. Fails the law when it rejects. */
  async outcome<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    const end = await this.ending(what, work)
    return end.how === 'resolved' ? end.value : broken(`${what} must not reject, but did: ${messageOf(end.error)}`)
  }

  /** What work rejects with. Fails the law when it resolves. */
  async refusal(what: string, work: () => unknown): Promise<unknown> {
    const end = await this.ending(what, work)
    return end.how === 'rejected' ? end.error : broken(`${what} must reject, but resolved`)
  }
}

async function endingOf<T>(what: string, work: () => T | Promise<T>): Promise<Ending<T>> {
  let promise: T | Promise<T>
  try {
    promise = work()
  } catch (error) {
    broken(`${what} must reject rather than throw at once: ${messageOf(error)}`)
  }
  try {
    return { how: 'resolved', value: await promise }
  } catch (error) {
    return { how: 'rejected', error }
  }
}
