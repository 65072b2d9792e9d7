import { hashOf } from './hash.js'

/**
 * The keys that come most often, and how many different things each comes with: 64 keys, however many there are. Plain data of some 6 KB
 * and the keys.
 *
 * A key that finds no room takes that of the least, with its count as an error: what is told is the count less the error, never too much, and none that
 * comes in more than a 64th of all is missing. The different things of a key are counted to some 13 %.
 *
 * @see Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005; Flajolet et al., "HyperLogLog",
 * 2007, and Heule, Nunkesser and Hall, "HyperLogLog in practice", 2013, for few.
 */
export interface Heavy {
  readonly keys: string[]
  readonly hashes: Uint32Array
  readonly counts: Float64Array
  readonly errors: Float64Array
  /** Registers of each key: the longest run of zeros in the hashes of its things. */
  readonly registers: Uint8Array
}

const ROOM = 64
const REGISTERS = 64
/** Of HyperLogLog with 64 registers. */
const ALPHA = 0.709

export function emptyHeavy(): Heavy {
  return {
    keys: [],
    hashes: new Uint32Array(ROOM),
    counts: new Float64Array(ROOM),
    errors: new Float64Array(ROOM),
    registers: new Uint8Array(ROOM * REGISTERS),
  }
}

/** Counts a key, with a thing that it comes with, if any. O(keys). */
export function countKey(heavy: Heavy, key: string, thing?: string): void {
  const hash = hashOf(key)
  const at = placeOf(heavy, key, hash)
  heavy.counts[at] = (heavy.counts[at] as number) + 1
  if (thing === undefined) return
  const bits = hashOf(thing, 1)
  const register = at * REGISTERS + (bits % REGISTERS)
  const run = Math.clz32(Math.floor(bits / REGISTERS)) - 5
  if (run > (heavy.registers[register] as number)) heavy.registers[register] = run
}

/** How often the key at a place has come at the least. */
export function countAt({ counts, errors }: Heavy, at: number): number {
  return (counts[at] as number) - (errors[at] as number)
}

/** With how many different things the key at a place has come, about. */
export function differentAt({ registers }: Heavy, at: number): number {
  let [sum, zeros] = [0, 0]
  for (let i = at * REGISTERS; i < (at + 1) * REGISTERS; i++) {
    sum += 2 ** -(registers[i] as number)
    if (registers[i] === 0) zeros++
  }
  const estimate = (ALPHA * REGISTERS * REGISTERS) / sum
  return estimate <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log(REGISTERS / zeros) : estimate
}

/** The place where `of` is largest; -1 where there is no key. */
export function heaviest(heavy: Heavy, of: (heavy: Heavy, at: number) => number): number {
  let [best, most] = [-1, Number.NEGATIVE_INFINITY]
  for (let at = 0; at < heavy.keys.length; at++) {
    const weight = of(heavy, at)
    if (weight <= most) continue
    best = at
    most = weight
  }
  return best
}

export function clearHeavy({ keys, counts, errors, registers }: Heavy): void {
  keys.length = 0
  counts.fill(0)
  errors.fill(0)
  registers.fill(0)
}

function placeOf({ keys, hashes, counts, errors, registers }: Heavy, key: string, hash: number): number {
  let least = 0
  for (let at = 0; at < keys.length; at++) {
    if (hashes[at] === hash && keys[at] === key) return at
    if ((counts[at] as number) < (counts[least] as number)) least = at
  }
  const at = keys.length < ROOM ? keys.length : least
  if (at === least && keys.length === ROOM) errors[at] = counts[at] as number
  keys[at] = key
  hashes[at] = hash
  registers.fill(0, at * REGISTERS, (at + 1) * REGISTERS)
  return at
}
