import { type Clock, type Hold, inTime } from '../../model/index.js'

/** A slot as a broker has granted it. */
export interface Grant {
  readonly token: number
  /** Makes it last another full time; false when it is another's by now. Rejects when the broker is away. */
  renew(): Promise<boolean>
  release(): Promise<void>
}

/** Renewed after this share of its time. */
const RENEWED = 1 / 3

/**
 * A granted slot, renewed while it is held. Valid until a margin before the broker lets it go, counted on this process's monotonic clock from before the request was sent: so that it is given up
 * here first, whatever the network does.
 */
export class KeptHold implements Hold {
  readonly token: number
  #validUntil: number
  readonly #ended = new AbortController()

  /** @param asked - when the grant was asked for, by the clock's `elapsed()`. */
  constructor(
    private readonly grant: Grant,
    private readonly clock: Clock,
    asked: number,
    private readonly ttl: number,
    private readonly margin: number,
  ) {
    this.token = grant.token
    this.#validUntil = asked + ttl - margin
    void this.#keep()
  }

  valid(): boolean {
    return !this.#ended.signal.aborted && this.clock.elapsed() < this.#validUntil
  }

  async release(): Promise<void> {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    await this.grant.release().catch(() => {}) // it ends by itself
  }

  async #keep(): Promise<void> {
    const { signal } = this.#ended
    while (this.valid()) {
      await this.clock.sleep(this.ttl * RENEWED, signal)
      if (!this.valid()) break // a pause that was too long: it may be another's by now
      const asked = this.clock.elapsed()
      const renewed = await this.grant.renew().catch(() => undefined)
      if (renewed === false) break
      if (renewed && this.valid()) this.#validUntil = asked + this.ttl - this.margin
    }
    await this.release()
  }
}

/** Rejects when the broker does not answer in time, or the call is given up; what it grants too late is given back. */
export function answered<T>(
  { clock, timeout }: { readonly clock: Clock; readonly timeout: number },
  work: Promise<T>,
  back: (value: T) => void = () => {},
  abort?: AbortSignal,
): Promise<T> {
  let isLate = false
  const late = (): Error => {
    isLate = true
    return new Error(abort?.aborted ? 'given up' : 'the broker does not answer')
  }
  void work.then(
    (value) => isLate && back(value),
    () => {},
  )
  return inTime({ clock, ms: timeout, late, ...(abort && { abort }) }, () => work)
}
