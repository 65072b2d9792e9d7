import type { ConformalState } from '../forecast/conformal.js'
import { heldFor, type LinearState, linear, steepnessOf } from '../forecast/linear.js'
import { emptySwings, learnSwing, leastFall, type Swings } from '../math/swings.js'
import type { Foresight } from './trend-foresight.js'
import type { TrendLimits } from './trend-options.js'
import { type Foretell, OUT_OF_SIGHT, type Outlook, outlook, type Question } from './trend-outlook.js'

/**
 * What is known of a signal that fills, and may be emptied again and again: a line through the present rise, and one through all that
 * lies on one, rises and falls alike.
 */
export interface RiseState {
  readonly swings: Swings
  /** Begins anew with each rise. */
  rise: ConformalState<LinearState>
  readonly course: ConformalState<LinearState>
}

/** A rise is followed so many times as far ahead as it has lasted. */
const REACH = 2
/** The course is known once it has held for so many rises. */
const RISES = 5
/** The course of some rises looks steep by where it begins and ends: it must be so by so many sigmas. */
const STEEP = 5
/** What is at half height between rises and falls is at full height at the end of a rise. */
const HALF = 0.5

/** Two lines, of a signal as a height that rises to the limit. */
export class Rises implements Foresight {
  readonly name: string
  readonly #line
  readonly #question: Question

  constructor({ limit, within, sure }: TrendLimits) {
    this.#line = linear({ sigmas: sure })
    this.#question = { limit, within, sure, width: sure }
    this.name = this.#line.name
  }

  start(): RiseState {
    return { swings: emptySwings(), rise: this.#line.start(), course: this.#line.start() }
  }

  learn(state: RiseState, height: number, time: number): void {
    if (learnSwing(state.swings, height, time)) state.rise = this.#line.start()
    this.#line.learn(state.rise, height, time)
    this.#line.learn(state.course, height, time)
  }

  look(state: RiseState, time: number): Outlook {
    const ahead = this.#lookAlong(state, time)
    if (state.swings.ended === 0 || !knowsCourse(state)) return ahead
    const ends = { ...this.#question, limit: this.#question.limit - HALF * state.swings.height }
    const course = outlook(this.#foretell(state.course, time), ends, 'the course of its rises and falls')
    const isBelieved = steepnessOf(state.course.memory) > STEEP && course.at <= heldFor(state.course.memory)
    return isBelieved && course.score > ahead.score
      ? later(course, pauseOf(state.swings, state.course.errors.began))
      : ahead
  }

  /** Along the present rise, where it goes on, and further than rises usually do. */
  #lookAlong(state: RiseState, time: number): Outlook {
    const { swings, rise } = state
    if (swings.top - swings.value > leastFall(swings) || swings.value <= this.#usualEnd(state, time))
      return OUT_OF_SIGHT
    const ahead = outlook(this.#foretell(rise, time), this.#above(rise, time, swings), 'the line of its present rise')
    return ahead.at <= REACH * heldFor(rise.memory) ? ahead : OUT_OF_SIGHT
  }

  /** Where a rise slackens, its line runs above all that has come: the limit is then as much further away. */
  #above(rise: ConformalState<LinearState>, time: number, { top }: Swings): Question {
    const over = (this.#line.forecast(rise, time, 0)?.value ?? top) - top
    return { ...this.#question, limit: this.#question.limit + Math.max(0, over) }
  }

  /** How high rises come. */
  #usualEnd(state: RiseState, time: number): number {
    const { swings } = state
    if (swings.ended === 0) return Number.NEGATIVE_INFINITY
    const course = knowsCourse(state) ? this.#line.forecast(state.course, time, 0) : undefined
    if (course === undefined) return highestOf(swings) + swings.height
    return Math.max(highestOf(swings), course.value + HALF * swings.height) + leastFall(swings)
  }

  #foretell(memory: ConformalState<LinearState>, time: number): Foretell {
    return (ahead) => this.#line.forecast(memory, time, ahead)
  }
}

/** Whether the course has held for some rises. */
function knowsCourse({ swings, course }: RiseState): boolean {
  return heldFor(course.memory) >= RISES * pauseOf(swings, course.errors.began)
}

/** From the top of one rise to that of the next, on average over those that are kept. */
function pauseOf({ times, ended }: Swings, began: number): number {
  const last = times[(ended - 1) % times.length] as number
  return ended <= times.length
    ? (last - began) / ended
    : (last - (times[ended % times.length] as number)) / (times.length - 1)
}

/** No sooner than the next rise can have come so far. */
function later(ahead: Outlook, pause: number): Outlook {
  return { ...ahead, at: Math.max(pause, ahead.at), high: Math.max(pause, ahead.high) }
}

function highestOf({ tops, ended }: Swings): number {
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < Math.min(tops.length, ended); i++) highest = Math.max(highest, tops[i] as number)
  return highest
}
