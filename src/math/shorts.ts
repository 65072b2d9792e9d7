/**
 * Whole numbers of 16 bits, two to a number of an `Int32Array`: a table of them takes half the bytes of a `Float32Array`, and as
 * JSON a third.
 */
export type Shorts = Int32Array

/** The largest magnitude that fits. */
export const LARGEST_SHORT = 32_767

/** A table of so many zeros. */
export function emptyShorts(length: number): Shorts {
  return new Int32Array((length + 1) >> 1)
}

/** The number at a place. */
export function shortAt(shorts: Shorts, at: number): number {
  const pair = shorts[at >> 1] as number
  return (at & 1) === 0 ? pair >> 16 : (pair << 16) >> 16
}

/** Puts a whole number, from −{@link LARGEST_SHORT} to it, at a place. */
export function putShort(shorts: Shorts, at: number, short: number): void {
  const pair = shorts[at >> 1] as number
  shorts[at >> 1] = (at & 1) === 0 ? (short << 16) | (pair & 0xffff) : (pair & ~0xffff) | (short & 0xffff)
}
