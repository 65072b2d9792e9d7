/**
 * At most so many of a fleet at once: who holds a slot may act. An interface, so that a fleet can bring its own (Redis, NATS); for
 * one host there is `fileLease()` in `pi-uptime/edge`.
 *
 * @example
 * const mine: Lease = { name: 'mine', acquire: async () => (await redis.set('slot', me, { NX: true, PX: 60_000 })) ? { release } : undefined }
 */
export interface Lease {
  readonly name: string
  /** A slot, or `undefined` when all are taken. Rejects when that cannot be found out: then nothing is done. */
  acquire(holder: string, abort: AbortSignal): Promise<Hold | undefined>
}

/** A slot that is held. */
export interface Hold {
  /** A fencing token: of two holders the later one has the greater, so that what is acted on can refuse the earlier. @defaultValue none */
  readonly token?: string | number
  /** Whether it still is: asked before each step. @defaultValue it is until it is released */
  valid?(): boolean
  release(): Promise<void>
}
