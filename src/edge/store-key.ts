/** {@link Store}'s rule: 1 to 200 characters, not starting with a dot. */
const KEY = /^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,199}$/

/** The key, when it is one. @throws Error when it is not: nothing else ever becomes a part of a path. */
export function checkedKey(key: unknown): string {
  if (typeof key === 'string' && KEY.test(key)) return key
  throw new Error('a store key must be 1 to 200 characters of [A-Za-z0-9._@-], not starting with a dot')
}

/** Whether a name is a key of this store. */
export function isKey(name: string): boolean {
  return KEY.test(name)
}

/** The bytes, when they are bytes and not too many. @throws Error when they are not. */
export function checkedBytes(key: string, bytes: unknown, most: number): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new Error(`the value of '${key}' must be a Uint8Array`)
  if (bytes.byteLength > most)
    throw new Error(`'${key}' has ${bytes.byteLength} bytes, the store takes at most ${most}`)
  return bytes
}
