import { emptyShorts, LARGEST_SHORT, putShort, type Shorts, shortAt } from '../math/shorts.js'

const DAY = 24
const DAYS = 7
const WEEK = DAYS * DAY
const SPREADS = WEEK
/** Not yet visited. */
export const UNKNOWN: number = 2 ** 100
/** Means and spreads stay below this, so that their squares fit... */
export const LIMIT: number = 2 ** 60
/** ...and spreads above this. */
const LEAST = 1e-15
/** Means are kept to this part of the spread, as long as the range allows it. */
const RESOLUTION = 1 / 16
/** Of a mean in its unit. */
const MOST_STEPS = LARGEST_SHORT - 2
/** Spreads are kept as logarithms, in steps of 0.14 %: 512 to a doubling. */
const STEP = Math.LN2 / 512

/** What a proof is about: sums of squared errors, one for each way to foretell a visit, and how often that was tried. */
export const PROOF = { staying: 1, rhythm: 2, byDay: 3, byWeek: 4, tried: 5, triedWeek: 6, lastMean: 7 } as const
const UNIT = 0

/**
 * The memory of a profile: 448 bytes of numbers. Plain data.
 *
 * Means are deviations from an origin, so that a huge offset costs no precision. They are kept in 16 bits each, in a unit that
 * follows the spread and the range.
 */
export interface Profile {
  /** Means of the hours of the week, spreads of the hours of the day. 0 is unknown. */
  readonly slots: Shorts
  /** The unit of means, and the record of {@link PROOF}. */
  readonly proofs: Float64Array
}

export function emptyProfile(): Profile {
  return { slots: emptyShorts(SPREADS + DAY), proofs: new Float64Array(8) }
}

/** The mean of an hour, counted from the epoch; {@link UNKNOWN} before its first visit. */
export function meanIn({ slots, proofs }: Profile, hour: number): number {
  const short = shortAt(slots, modulo(hour, WEEK))
  return short === 0 ? UNKNOWN : middle(short) * (proofs[UNIT] as number)
}

/** The means at two times, in units: this week's, or a week before where it has not come yet, and that of each day before. */
const begin = new Float64Array(DAYS)
const end = new Float64Array(DAYS)

/**
 * By how much the mean changed between two times, in hours from the epoch, one day before and two and so on up to six, and a week
 * before: as far as it is known, along straight lines between the middles of hours.
 *
 * @param days - takes what is known of the six days, in ascending order.
 * @param week - takes the week's; {@link UNKNOWN} where it is not.
 * @returns how many of the days are known.
 */
export function changesIn(
  { slots, proofs }: Profile,
  from: number,
  to: number,
  days: Float64Array,
  week: Float64Array,
): number {
  read(slots, from, begin)
  read(slots, to, end)
  const unit = proofs[UNIT] as number
  let known = 0
  week[0] = begin[0] === UNKNOWN || end[0] === UNKNOWN ? UNKNOWN : ((end[0] as number) - (begin[0] as number)) * unit
  for (let day = 1; day < DAYS; day++) {
    if (begin[day] === UNKNOWN || end[day] === UNKNOWN) continue
    const change = ((end[day] as number) - (begin[day] as number)) * unit
    let at = known++
    for (; at > 0 && (days[at - 1] as number) > change; at--) days[at] = days[at - 1] as number
    days[at] = change
  }
  return known
}

/** Into an array, and nothing is returned: V8 would make an object of each number. */
function read(slots: Shorts, time: number, into: Float64Array): void {
  const slot = Math.floor(time)
  const past = time - slot - 0.5
  const part = Math.abs(past)
  let hour = modulo(slot, WEEK)
  let near = modulo(past < 0 ? slot - 1 : slot + 1, WEEK)
  for (let day = 0; day < DAYS; day++) {
    const here = shortAt(slots, hour)
    const there = part === 0 ? 0 : shortAt(slots, near)
    if (here === 0) into[day] = UNKNOWN
    else if (there === 0) into[day] = middle(here)
    else into[day] = middle(here) + part * (middle(there) - middle(here))
    hour = hour < DAY ? hour - DAY + WEEK : hour - DAY
    near = near < DAY ? near - DAY + WEEK : near - DAY
  }
}

/** The spread of an hour; {@link UNKNOWN} before its first visit. */
export function spreadIn(profile: Profile, hour: number): number {
  return largerSpreadIn(profile, hour, hour)
}

/** The larger of the spreads of two hours, as far as they are known; {@link UNKNOWN} before the first visit of either. */
export function largerSpreadIn({ slots }: Profile, hour: number, other: number): number {
  const one = shortAt(slots, SPREADS + modulo(hour, DAY))
  const two = shortAt(slots, SPREADS + modulo(other, DAY))
  const short = one === 0 || (two !== 0 && two > one) ? two : one
  return short === 0 ? UNKNOWN : Math.exp((short > 0 ? short - 1 : short) * STEP)
}

export function putSpread({ slots }: Profile, hour: number, spread: number): void {
  const steps = Math.round(Math.log(Math.min(LIMIT, Math.max(LEAST, spread))) / STEP)
  putShort(slots, SPREADS + modulo(hour, DAY), steps >= 0 ? steps + 1 : steps)
}

/** @param spread - of the same hour: the unit follows it. */
export function putMean(profile: Profile, hour: number, mean: number, spread: number): void {
  chooseUnit(profile, mean, spread)
  putShort(profile.slots, modulo(hour, WEEK), short(mean, profile.proofs[UNIT] as number))
}

/** Chooses another unit where the present one is too small for the range, or much coarser than it need be. */
function chooseUnit({ slots, proofs }: Profile, mean: number, spread: number): void {
  const unit = proofs[UNIT] as number
  const fine = Math.min(LIMIT, Math.max(LEAST, spread)) * RESOLUTION
  if (unit > 0 && unit <= 4 * fine && Math.abs(mean) <= unit * MOST_STEPS) return
  const least = Math.max(Math.abs(mean), largestIn(slots) * unit) / MOST_STEPS
  if (unit >= least && unit <= 4 * Math.max(fine, least)) return
  const next = Math.max(fine, 2 * least)
  proofs[UNIT] = next
  for (let at = 0; at < WEEK; at++) {
    const old = shortAt(slots, at)
    if (old !== 0) putShort(slots, at, short(middle(old) * unit, next))
  }
}

function largestIn(slots: Shorts): number {
  let largest = 0
  for (let at = 0; at < WEEK; at++) largest = Math.max(largest, Math.abs(shortAt(slots, at)))
  return largest
}

/** A whole number for a value: never 0. */
function short(value: number, unit: number): number {
  const steps = Math.min(LARGEST_SHORT, Math.floor(Math.abs(value) / unit) + 1)
  return value < 0 ? -steps : steps
}

/** The middle of what a whole number stands for. */
function middle(short: number): number {
  return short > 0 ? short - 0.5 : short + 0.5
}

/** In 32-bit integers, which are several times as fast; a time that no calendar knows lands anywhere, but inside. */
function modulo(number: number, length: number): number {
  const rest = (number | 0) % length
  return rest < 0 ? rest + length : rest
}
