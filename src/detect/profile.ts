import { pulled } from '../math/pulled.js'

/**
 * What a series usually does at a time of day and at a time of week, and how far that has proved right, so that a rhythm is
 * believed only once it has shown itself.
 *
 * One array: 48 half hours of the day (means, then spreads), 168 hours of the week (what they add to the day), the record of
 * proofs. Means are deviations from an origin, so that a huge offset costs no precision. Times are UTC. O(1), allocates nothing.
 */
export type Profile = Float32Array

/** Half an hour, in milliseconds: the visit by which a profile learns. */
export const SLOT = 1_800_000

const SLOTS = 48
const HOURS = 168
const SPREADS = SLOTS
const WEEK = 2 * SLOTS
/** Sums of squared errors, one for each way to foretell a visit from the one before, and how often that was tried. */
const STAYING = WEEK + HOURS
const RHYTHM = STAYING + 1
const BY_DAY = STAYING + 2
const BY_WEEK = STAYING + 3
const TRIED = STAYING + 4
const TRIED_WEEK = STAYING + 5
/** The last visit's mean, and how far visits have lately been off the day's means all together: that is not the day's shape. */
const LAST = STAYING + 6
const OFFSET = STAYING + 7
const LENGTH = STAYING + 8

/** Not yet visited. Means stay below LIMIT, so that their squares fit into 32 bits too. */
const UNKNOWN = 2 ** 100
const LIMIT = 2 ** 60
const LEAST = 1e-15
/** An error is remembered for about 50 visits: a day. */
const MEMORY = 50
/** One error counts at most as so many ordinary ones: an incident refutes no rhythm. */
const SURPRISE = 25
/** Trials after which a rhythm may be half believed; those after which the week has been seen, all but a day. */
const PROOFS = 8
const WEEK_SEEN = 6 * SLOTS
/** Visits further apart than this are not compared: half a day. */
const FAR = 24
/** A visit changes its mean by at least this part, and pulls it no further than about so many spreads. */
const PART = 0.2
const REACH = 4
/** Spreads shrink faster: what is usual gets less as the rhythm is learned. */
const SHRINK = 0.3
/** The offset follows within about half a day. */
const FOLLOW = 1 / 24

export function emptyProfile(): Profile {
  return new Float32Array(LENGTH).fill(UNKNOWN, 0, STAYING)
}

/** By how much the expected value changes from one time to another; 0 while nothing is known. */
export function rise(profile: Profile, from: number, to: number): number {
  const day = byDay(profile, from, to)
  return day === UNKNOWN ? 0 : belief(profile, STAYING, RHYTHM, TRIED) * (day + byWeek(profile, from, to))
}

/** The variance that is usual in a slot; 0 while nothing is known. */
export function usualIn(profile: Profile, slot: number): number {
  const spread = profile[SPREADS + modulo(slot, SLOTS)] as number
  return spread === UNKNOWN ? 0 : spread * spread
}

/**
 * Learns one visit.
 *
 * @param slot - the half hours from the epoch to the visit, and to the visit before it.
 * @param mean - of its values, as a deviation from the origin.
 * @param spread - the root mean square of what its values were off their expectation.
 */
export function learnVisit(profile: Profile, slot: number, before: number, mean: number, spread: number): void {
  const value = Math.min(LIMIT, Math.max(-LIMIT, mean))
  if (slot > before && slot - before <= FAR) judge(profile, before, slot, value - (profile[LAST] as number))
  profile[LAST] = value
  const day = modulo(slot, SLOTS)
  const part = Math.max(PART, 1 / (2 + (profile[TRIED] as number) / SLOTS))
  const reach = REACH * learnSpread(profile, SPREADS + day, Math.min(LIMIT, spread), part)
  learnMean(profile, day, WEEK + modulo(Math.floor(slot / 2), HOURS), value, part, reach)
}

function learnMean(profile: Profile, day: number, week: number, value: number, part: number, reach: number): void {
  const mean = profile[day] as number
  const offset = profile[OFFSET] as number
  if (mean === UNKNOWN) {
    profile[day] = value - offset
    return
  }
  const off = value - mean
  const shape = off - offset
  const added = profile[week] as number
  profile[OFFSET] = offset + FOLLOW * shape
  profile[day] = mean + part * pulled(shape, reach)
  profile[week] = added === UNKNOWN ? shape : added + PART * pulled(shape - added, reach)
}

function learnSpread(profile: Profile, at: number, value: number, part: number): number {
  const spread = profile[at] as number
  const seen = Math.max(LEAST, spread === UNKNOWN ? value : Math.min(value, REACH * spread))
  const share = seen < spread ? Math.max(part, SHRINK) : part
  profile[at] = spread === UNKNOWN ? seen : Math.sqrt((1 - share) * spread * spread + share * seen * seen)
  return profile[at] as number
}

/** Compares what each way would have foretold with what came. */
function judge(profile: Profile, before: number, slot: number, came: number): void {
  const from = (before + 0.5) * SLOT
  const to = (slot + 0.5) * SLOT
  const day = byDay(profile, from, to)
  if (day === UNKNOWN) return
  const tried = profile[TRIED] as number
  const most = tried > 0 ? (SURPRISE * (profile[STAYING] as number)) / Math.min(MEMORY, tried) : LIMIT * LIMIT
  note(profile, RHYTHM, came - day - byWeek(profile, from, to), most)
  if (tried >= WEEK_SEEN) {
    const week = change(profile, WEEK, HOURS, from / (2 * SLOT), to / (2 * SLOT))
    if (week !== UNKNOWN) {
      note(profile, BY_DAY, came - day, most)
      note(profile, BY_WEEK, came - day - week, most)
      profile[TRIED_WEEK] = (profile[TRIED_WEEK] as number) + 1
    }
  }
  note(profile, STAYING, came, most)
  profile[TRIED] = tried + 1
}

function note(profile: Profile, at: number, error: number, most: number): void {
  profile[at] = (1 - 1 / MEMORY) * (profile[at] as number) + Math.min(error * error, most)
}

/** How far the second way is believed rather than the first: by how much smaller its errors are, and how often it was tried. */
function belief(profile: Profile, first: number, second: number, tried: number): number {
  const worse = profile[first] as number
  const better = profile[second] as number
  const trials = profile[tried] as number
  return worse > 0 ? (trials / (trials + PROOFS)) * (1 / (1 + (better / worse) ** 2)) : 0
}

function byDay(profile: Profile, from: number, to: number): number {
  return change(profile, 0, SLOTS, from / SLOT, to / SLOT)
}

/** What the week adds, as far as it is believed. */
function byWeek(profile: Profile, from: number, to: number): number {
  if (profile[TRIED_WEEK] === 0) return 0
  const week = change(profile, WEEK, HOURS, from / (2 * SLOT), to / (2 * SLOT))
  return week === UNKNOWN ? 0 : belief(profile, BY_DAY, BY_WEEK, TRIED_WEEK) * week
}

function change(profile: Profile, base: number, length: number, from: number, to: number): number {
  const start = read(profile, base, length, from)
  const end = read(profile, base, length, to)
  return start === UNKNOWN || end === UNKNOWN ? UNKNOWN : end - start
}

/** Straight lines that meet half way between neighbours. */
function read(profile: Profile, base: number, length: number, place: number): number {
  const slot = Math.floor(place)
  const here = profile[base + modulo(slot, length)] as number
  if (here === UNKNOWN) return UNKNOWN
  const left = profile[base + modulo(slot - 1, length)] as number
  const right = profile[base + modulo(slot + 1, length)] as number
  const start = left === UNKNOWN ? here : (left + here) / 2
  const end = right === UNKNOWN ? here : (here + right) / 2
  return start + (place - slot) * (end - start)
}

function modulo(number: number, length: number): number {
  const rest = number % length
  return rest < 0 ? rest + length : rest
}
