/**
 * Bytes under names. `set` is atomic: after a crash the old bytes are there or the new ones, never a mixture.
 *
 * Keys are 1 to 200 characters of `[A-Za-z0-9._@-]`, not starting with a dot.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, bytes: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  /** The keys that start with `prefix`, sorted. */
  keys(prefix: string): Promise<readonly string[]>
}
