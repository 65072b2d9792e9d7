/**
 * How long a stream usually pauses, by the hour of the day in which a pause begins: what rests every night is not missed at night,
 * and is missed at noon. 48 pauses and five numbers, plain data; O(1), allocates nothing.
 */
export interface Cadence {
  /** The longest pause that usually begins in each hour of the day, UTC; 0 before the first. */
  readonly usual: Float64Array
  /** The longest that was seen beyond that: usual once it has come on two days. */
  readonly odd: Float64Array
  /** The hour, from the epoch, in which the pauses now begin. */
  hour: number
  /** The longest of them. */
  longest: number
  /** Of the last arrival; before any time, until there is one. */
  last: number
  /** Pauses so far. */
  count: number
}

const HOUR = 36e5
const DAY = 24
const NEVER = -Number.MAX_VALUE
/** What was the longest counts this much less with each day on which it was shorter. */
const KEEP = 0.7
/** Pauses that differ by no more than this factor are alike. */
const ALIKE = 1.5

export function emptyCadence(): Cadence {
  return { usual: new Float64Array(DAY), odd: new Float64Array(DAY), hour: 0, longest: 0, last: NEVER, count: 0 }
}

/** An arrival; the pause before it, in milliseconds, is not always the time since the last one: a device may have slept. */
export function learnArrival(cadence: Cadence, time: number, pause: number): void {
  const { last } = cadence
  cadence.last = Math.max(last, time)
  if (last === NEVER) {
    cadence.hour = Math.floor(time / HOUR)
    return
  }
  const began = Math.floor(last / HOUR)
  if (began !== cadence.hour) settle(cadence, began)
  cadence.longest = Math.max(cadence.longest, pause)
  cadence.count++
}

/** The longest pause that is usual for one that begins at a time: of its hour and the two beside it; 0 while nothing is known. */
export function usualPause({ usual, hour, longest }: Cadence, time: number): number {
  const now = Math.floor(time / HOUR)
  const most = usualNear(usual, now)
  // what an hour has brought so far counts, as far as it is no news
  const isNews = most > 0 && longest > ALIKE * most
  return Math.abs(now - hour) <= 1 && !isNews ? Math.max(most, longest) : most
}

function usualNear(usual: Float64Array, hour: number): number {
  let most = 0
  for (let near = hour - 1; near <= hour + 1; near++) most = Math.max(most, usual[placeOf(near)] as number)
  return most
}

/** The hour is over. */
function settle(cadence: Cadence, next: number): void {
  const { usual, odd, longest } = cadence
  const at = placeOf(cadence.hour)
  const before = usualNear(usual, cadence.hour)
  const candidate = odd[at] as number
  const isNews = before > 0 && longest > ALIKE * before
  const accepted = isNews ? Math.min(longest, Math.max(before, ALIKE * candidate)) : longest
  usual[at] = Math.max(KEEP * (usual[at] as number), accepted)
  odd[at] = isNews ? Math.max(longest, KEEP * candidate) : KEEP * candidate
  cadence.hour = next
  cadence.longest = 0
}

function placeOf(hour: number): number {
  const rest = hour % DAY
  return rest < 0 ? rest + DAY : rest
}
