import { pulled } from './pulled.js'

/**
 * The rises of a series: where the present one began, and where the last 16 ended. A rise ends when half of it is lost, and more than noise or
 * a quarter of a usual rise. Single odd values do not count. Plain data of 47 numbers; O(1), allocates nothing.
 */
export interface Swings {
  /** Since the last value before this one, by median of three. */
  value: number
  /** The two values before. */
  last: number
  before: number
  seen: number
  /** Mean change from one value to the next. */
  noise: number
  /** Of the present rise: its bottom and its top so far. */
  low: number
  top: number
  topAt: number
  /** How high rises usually are. */
  height: number
  /** Where rises ended and when, in a ring. */
  readonly tops: Float64Array
  readonly times: Float64Array
  ended: number
}

const TOPS = 16
/** A fall of so many mean changes is more than noise. */
const NOISE = 6
/** The mean change is over so many values, in which none counts for much more than so many times itself. */
const MEMORY = 100
const REACH = 4
/** Of the present rise, and of a usual one: less is no end of it. */
const HALF = 0.5
const QUARTER = 0.25
/** A usual rise is no less than so much of the one before. */
const KEEP = 0.9

export function emptySwings(): Swings {
  return {
    value: 0,
    last: 0,
    before: 0,
    seen: 0,
    noise: 0,
    low: 0,
    top: 0,
    topAt: 0,
    height: 0,
    tops: new Float64Array(TOPS),
    times: new Float64Array(TOPS),
    ended: 0,
  }
}

/** Takes a value in; whether a rise has ended with it. */
export function learnSwing(swings: Swings, value: number, time: number): boolean {
  const { seen, last, before } = swings
  swings.value = seen < 2 ? value : Math.max(Math.min(last, value), Math.min(Math.max(last, value), before))
  if (seen > 0) {
    const change = Math.abs(value - last)
    const usual = swings.noise > 0 ? pulled(change, REACH * swings.noise) : change
    swings.noise += (usual - swings.noise) / Math.min(seen, MEMORY)
  }
  swings.before = seen < 1 ? value : last
  swings.last = value
  swings.seen++
  return follow(swings, time)
}

/** What a fall must be, at the least, to be one. */
export function leastFall({ noise, height }: Swings): number {
  return Math.max(NOISE * noise, QUARTER * height)
}

function follow(swings: Swings, time: number): boolean {
  const { value, top, low } = swings
  if (swings.seen === 1) restart(swings, time)
  else if (value >= top) {
    swings.top = value
    swings.topAt = time
  } else if (top - value > Math.max(HALF * (top - low), leastFall(swings))) {
    const height = top - low
    const counts = height >= leastFall(swings)
    if (counts) note(swings, height)
    restart(swings, time)
    return counts
  } else if (value < low) restart(swings, time)
  return false
}

function restart(swings: Swings, time: number): void {
  swings.low = swings.value
  swings.top = swings.value
  swings.topAt = time
}

function note(swings: Swings, height: number): void {
  const at = swings.ended++ % TOPS
  swings.tops[at] = swings.top
  swings.times[at] = swings.topAt
  swings.height = Math.max(KEEP * swings.height, height)
}
