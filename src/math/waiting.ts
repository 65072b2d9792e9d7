import { emptySteps, learnStep, NEVER, type Steps } from './steps.js'

/**
 * Forecasts that wait for what comes: two of each rung, a rung being 1, 4, 16 … 4⁷ steps ahead, and a step the usual time between
 * observations. Plain data; O(rungs) a value.
 */
export interface Waiting extends Steps {
  /** Of the first observation. */
  began: number
  /** When they are due; before any time where none waits. */
  readonly due: Float64Array
  /** What they say, and what every track says where there are several. */
  readonly told: Float64Array
}

export const RUNGS = 8
export const FACTOR = 4
const ROOM = 4
/** The next observation counts as one step ahead up to so many steps late. */
const LATE = 3

/** @param tracks - how many forecasters speak. */
export function emptyWaiting(tracks = 1): Waiting {
  return {
    ...emptySteps(),
    began: NEVER,
    due: new Float64Array(RUNGS * ROOM).fill(NEVER),
    told: new Float64Array(RUNGS * ROOM * tracks),
  }
}

/**
 * Settles the forecasts whose time has come, before the value is learned.
 *
 * @param note - is told of each by how much what came is above it, and how many steps ahead it was made.
 */
export function settle(
  waiting: Waiting,
  value: number,
  time: number,
  note: (rung: number, error: number, track: number) => void,
): void {
  const { due, told } = waiting
  if (waiting.time === NEVER) waiting.began = time
  learnStep(waiting, time)
  const { step } = waiting
  if (step === 0) return
  const tracks = told.length / due.length
  for (let at = 0; at < due.length; at++) {
    const late = time - (due[at] as number)
    if (due[at] === NEVER || late < -step / 2) continue
    due[at] = NEVER
    const rung = Math.floor(at / ROOM)
    if (late > step * Math.max(LATE, FACTOR ** (rung - 1))) continue
    for (let track = 0; track < tracks; track++) note(rung, value - (told[at * tracks + track] as number), track)
  }
}

/**
 * Lets the forecasters speak, once they have learned the value: a rung as often as it has room, 2.3 rungs a value; and no further ahead than
 * they have seen, so that what was said in ignorance is held against nobody.
 */
export function wait(waiting: Waiting, foretell: (ahead: number, track: number) => number): void {
  const { due, told, step, time, began } = waiting
  if (step === 0) return
  const tracks = told.length / due.length
  for (let rung = 0; rung < RUNGS; rung++) {
    const ahead = step * FACTOR ** rung
    if (ahead > time - began) return
    const at = freeAt(due, rung, time + ahead - ahead / ROOM)
    if (at < 0) continue
    let known = true
    for (let track = 0; track < tracks && known; track++) {
      const forecast = foretell(ahead, track)
      known = Number.isFinite(forecast)
      told[at * tracks + track] = known ? forecast : 0
    }
    if (known) due[at] = time + ahead
  }
}

/** A place of the rung that is free, unless one waits that is due after `latest`; −1 then. */
function freeAt(due: Float64Array, rung: number, latest: number): number {
  let free = -1
  for (let at = rung * ROOM; at < (rung + 1) * ROOM; at++) {
    if ((due[at] as number) > latest) return -1
    if (due[at] === NEVER) free = at
  }
  return free
}

/** The rung that is nearest to so far ahead, as a place between rungs: 0 at a step or less, and beyond the last where it is further. */
export function placeOf({ step }: Steps, ahead: number): number {
  return step > 0 ? Math.max(0, Math.log(ahead / step) / Math.log(FACTOR)) : 0
}
