import { phaseOf } from './phase.js'
import { NEVER } from './steps.js'

/**
 * What a series does in the course of a period, in 96 parts of it, beside a level that takes a period to follow: the
 * season of Holt and Winters. The first period is only listened to. Plain data of 200 numbers; O(1), allocates nothing.
 *
 * @see Winters, "Forecasting sales by exponentially weighted moving averages", 1960.
 */
export interface Season {
  /** In milliseconds; and a moment at which one began. */
  period: number
  origin: number
  /** What each part adds to the level, or multiplies it by: in the first period the mean of its values. */
  readonly parts: Float64Array
  /** How many values there were of a part in the first period; afterwards 1 where it is known. */
  readonly counts: Float64Array
  /** Beginning of the first period and the last value, in milliseconds since the epoch; before any time until there are any. */
  began: number
  time: number
  /** Whether the first period is over. */
  isKnown: boolean
  level: number
  /** The mean square of what values are off, over about a period. */
  noise: number
}

/** How a season and a level go together. */
export type Kind = 'additive' | 'multiplicative'

const PARTS = 96
/** A visit moves a part by so much of what it was off. */
const SHARE = 0.4
/** Errors count as no more than so many times the usual, and those that are more teach the level alone. */
const REACH = 4
/** A period that is off by no more is the same. */
const SAME = 0.1
/** A factor is no less, and its inverse no more. */
const LEAST_FACTOR = 1e-3

export function emptySeason(period: number): Season {
  return {
    period,
    origin: 0,
    parts: new Float64Array(PARTS),
    counts: new Float64Array(PARTS),
    began: NEVER,
    time: NEVER,
    isKnown: false,
    level: 0,
    noise: 0,
  }
}

/**
 * Another period: all that was known is of another season. About the same one, told more exactly: what is known is stretched.
 *
 * @returns whether it is another season.
 */
export function changePeriod(season: Season, period: number, time: number): boolean {
  const place = placeIn(season, time) / PARTS
  const isOther = Math.abs(period / season.period - 1) > SAME
  season.period = period
  season.origin = isOther ? 0 : time - place * period
  if (!isOther) return false
  season.parts.fill(0)
  season.counts.fill(0)
  season.began = NEVER
  season.isKnown = false
  return true
}

/** What the season adds at a time, or multiplies by: nothing while it is not known. */
export function seasonAt(season: Season, time: number, kind: Kind): number {
  const { parts, counts, isKnown } = season
  const none = kind === 'additive' ? 0 : 1
  if (!isKnown) return none
  const place = placeIn(season, time) - 0.5
  const part = place - Math.floor(place)
  const [before, after] = [(Math.floor(place) + PARTS) % PARTS, Math.floor(place + 1) % PARTS]
  const [one, two] = [counts[before] as number, counts[after] as number]
  if (one === 0 && two === 0) return none
  if (one === 0) return parts[after] as number
  return two === 0
    ? (parts[before] as number)
    : (1 - part) * (parts[before] as number) + part * (parts[after] as number)
}

/** Takes a value in; whether the season has become known with it. */
export function learnSeason(season: Season, value: number, time: number, kind: Kind): boolean {
  const gap = season.time === NEVER ? 0 : time - season.time
  season.time = time
  if (season.isKnown) {
    follow(season, value, time, gap, kind)
    return false
  }
  if (season.began === NEVER) season.began = time
  if (time - season.began >= season.period) return settleFirst(season, kind)
  const at = Math.floor(placeIn(season, time))
  const count = (season.counts[at] as number) + 1
  season.counts[at] = count
  season.parts[at] = (season.parts[at] as number) + (value - (season.parts[at] as number)) / count
  return false
}

/** The means of the first period become a season. Of values that are not all above 0 none can be a factor. */
function settleFirst(season: Season, kind: Kind): boolean {
  const { parts, counts } = season
  let [sum, known, least] = [0, 0, Number.POSITIVE_INFINITY]
  for (let at = 0; at < PARTS; at++) {
    if (counts[at] === 0) continue
    sum += parts[at] as number
    known++
    least = Math.min(least, parts[at] as number)
  }
  const mean = sum / known
  season.level = mean
  season.isKnown = true
  for (let at = 0; at < PARTS; at++) {
    if (counts[at] === 0) continue
    counts[at] = 1
    if (kind === 'additive') parts[at] = (parts[at] as number) - mean
    else parts[at] = least > 0 ? factor((parts[at] as number) / mean) : 1
  }
  return true
}

function follow(season: Season, value: number, time: number, gap: number, kind: Kind): void {
  const { period, parts, counts, level } = season
  const here = seasonAt(season, time, kind)
  const off = kind === 'additive' ? value - here - level : value / here - level
  const reach = season.noise > 0 ? REACH * Math.sqrt(season.noise) : Number.POSITIVE_INFINITY
  const error = Math.max(-reach, Math.min(reach, off))
  const follows = 1 - Math.exp(-gap / period)
  season.level = level + follows * error
  season.noise += Math.min(1, gap / period) * (error * error - season.noise)
  const at = Math.floor(placeIn(season, time))
  const share = (1 - (1 - SHARE) ** Math.min(1, (PARTS * gap) / period)) * (1 - follows)
  const part = counts[at] === 0 ? here : (parts[at] as number)
  counts[at] = 1
  if (error !== off) parts[at] = part
  else if (kind === 'additive') parts[at] = part + share * error
  else parts[at] = isFarFrom0(season) ? factor(part + (share * error * part) / season.level) : part
}

/** What is a share of nothing is no season. */
function isFarFrom0({ level, noise }: Season): boolean {
  return level > 0 && level * level > noise
}

function factor(value: number): number {
  return Math.min(1 / LEAST_FACTOR, Math.max(LEAST_FACTOR, value))
}

/** From 0 to 96. */
function placeIn({ period, origin }: Season, time: number): number {
  return phaseOf(time - origin, period, PARTS)
}
