import { finished } from './hash.js'

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/**
 * A number in [0, 1) that depends on `seed` and `at` alone: the same on every machine, in any order, without a state to keep.
 *
 * @param at - any number, such as a time or a count.
 * @see Appleby, MurmurHash3 (x86, 32 bits), 2011, over the 16 bytes of both numbers.
 */
export function uniform(seed: number, at: number): number {
  return hash(seed, at, 0) / 4294967296
}

/**
 * A standard normal number that depends on `seed` and `at` alone.
 *
 * @see Box and Muller, "A note on the generation of random normal deviates", 1958.
 */
export function gaussian(seed: number, at: number): number {
  const radius = Math.sqrt(-2 * Math.log((hash(seed, at, 1) + 1) / 4294967296))
  return radius * Math.cos((hash(seed, at, 2) / 4294967296) * 2 * Math.PI)
}

function hash(seed: number, at: number, stream: number): number {
  let h = mixed(0, seed)
  h = mixed(h, at)
  return finished(h ^ (16 + stream))
}

/** Both words of the number, low one first; adding 0 makes one zero of two. */
function mixed(h: number, value: number): number {
  double[0] = value + 0
  return word(word(h, words[0] as number), words[1] as number)
}

function word(h: number, bits: number): number {
  let k = Math.imul(bits, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const mixture = h ^ k
  return (Math.imul((mixture << 13) | (mixture >>> 19), 5) + 0xe6546b64) | 0
}
