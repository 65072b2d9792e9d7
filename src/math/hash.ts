/**
 * A text as 32 bits that look like chance, another 32 for each seed.
 *
 * @see Appleby, MurmurHash3, 2011, for the final mixing; Fowler, Noll and Vo, FNV-1a, for what is mixed.
 */
export function hashOf(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return finished(hash)
}

/** Every bit of 32 hangs on every other: MurmurHash3's final mixing. */
export function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
