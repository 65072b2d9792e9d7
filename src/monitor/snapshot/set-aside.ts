import type { Store } from '../../model/index.js'

/** So many are kept. */
const KEPT = 3
const NUMBERED = /^(\d{1,15})$/

/**
 * Moves a value that cannot be used out of the way, to `key.aside-1`, `key.aside-2` …, and removes the oldest of more than three.
 */
export async function setAside(store: Store, key: string, bytes: Uint8Array): Promise<string> {
  const prefix = `${key}.aside-`
  const names = await store.keys(prefix)
  const numbers = names.flatMap((name) => NUMBERED.exec(name.slice(prefix.length))?.[1] ?? []).map(Number)
  numbers.sort((a, b) => b - a)
  const name = `${prefix}${(numbers[0] ?? 0) + 1}`
  await store.set(name, bytes)
  await store.delete(key)
  for (const number of numbers.slice(KEPT - 1)) await store.delete(`${prefix}${number}`)
  return name
}
