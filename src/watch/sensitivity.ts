import { sigmasOf } from '../math/normal.js'
import type { Rating } from '../model/index.js'
import type { AnomalyState } from './anomaly-state.js'
import type { Limits } from './limits.js'

/** How long a threshold stands before it is seen to again, in milliseconds. */
const REVIEW = 6e4
/** A mean of fewer observations says little about how often they come... */
const LOOKS = 8
/** ...and one gap can make it say anything: it moves by these factors at the most, and sooner to the safe side. */
const MOST_UP = 2
const MOST_DOWN = 4
/** The interval that is assumed before any is known: a short one makes a high threshold. */
const ASSUMED = 1_000
/** No threshold is lower than this, in sigmas. */
const LOWEST = 1
/** What a person's word does to the threshold, and the bounds of what many of them can do. */
const STEP: Readonly<Record<Rating, number>> = { noise: 1.25, useful: 0.9 }
const LEAST = 0.75
const MOST = 2.5
/** What was said is half forgotten after 90 days of running; a jump of the clock is no running. */
const HALF_LIFE = 90 * 864e5
const LONGEST = 36e5
/** Forgotten as good as wholly. */
const NEAR = 1e-3

const CLOSE_SHARE = 0.6
const CRITICAL_SHARE = 2

/** A memory that has seen nothing yet. One literal: V8 gives an object put together from others a slow shape. */
export function freshState(memory: unknown, limits: Limits): AnomalyState {
  const state = {
    memory,
    threshold: limits.threshold,
    factor: 1,
    accepted: limits.accepted,
    interval: ASSUMED,
    looks: 0,
    counted: -1,
    heard: 0,
    gap: 0,
    reviewed: -1,
    openedAt: -1,
    closedAt: -1,
    episode: null,
  }
  setThreshold(state, limits)
  return state
}

/**
 * Sees to the threshold, about once a minute: learns how often the signal is observed, lets old feedback fade.
 */
export function review(state: AnomalyState, time: number, limits: Limits): void {
  const passed = time - state.reviewed
  if (passed < REVIEW || isFixed(state, limits)) return
  state.reviewed = time
  if (!limits.shares) state.accepted = limits.accepted
  if (state.accepted > 0) learnInterval(state, time)
  if (state.factor !== 1) state.factor = faded(state.factor, Math.min(passed, LONGEST))
  setThreshold(state, limits)
}

/** Whether nothing moves the threshold: it is what the options say. */
function isFixed(state: AnomalyState, limits: Limits): boolean {
  const accepted = limits.shares ? state.accepted : limits.accepted
  return accepted === 0 && state.factor === 1 && state.accepted === 0 && state.threshold === limits.threshold
}

/** Takes a share of the monitor's budget. */
export function accept(state: AnomalyState, share: number, limits: Limits): void {
  if (state.accepted === 0) state.counted = -1
  state.accepted = share
  setThreshold(state, limits)
}

/** Takes a person's word: less sensitive for noise, more for what was useful. */
export function rate(state: AnomalyState, rating: Rating, limits: Limits): void {
  state.factor = Math.min(MOST, Math.max(LEAST, state.factor * STEP[rating]))
  setThreshold(state, limits)
}

/** Sigmas under which a value counts as normal again. */
export function closeBelow({ threshold, factor }: AnomalyState, limits: Limits): number {
  return limits.closeBelow === undefined ? CLOSE_SHARE * threshold : Math.min(threshold, factor * limits.closeBelow)
}

/** Sigmas from which a finding is critical. */
export function critical({ threshold, factor }: AnomalyState, limits: Limits): number {
  return limits.critical === undefined ? CRITICAL_SHARE * threshold : Math.max(threshold, factor * limits.critical)
}

/**
 * From a budget: a Gaussian lies further out on either side with the probability of one false finding in one chance,
 *
 *     P(|Z| > threshold) = accepted × max(interval, minDuration)
 *
 * where a chance comes with each observation, but no sooner than a deviation can have lasted long enough.
 */
function setThreshold(state: AnomalyState, limits: Limits): void {
  const chance = state.accepted * Math.max(state.interval, limits.minDuration)
  const sigmas = state.accepted > 0 ? sigmasOf(Math.min(1, chance)) : limits.threshold
  state.threshold = Math.max(LOWEST, state.factor * sigmas)
}

function learnInterval(state: AnomalyState, time: number): void {
  if (state.counted >= 0 && state.looks < LOOKS) return
  if (state.counted >= 0) {
    const mean = (time - state.counted) / state.looks
    state.interval = Math.min(MOST_UP * state.interval, Math.max(state.interval / MOST_DOWN, mean))
  }
  state.looks = 0
  state.counted = time
}

function faded(factor: number, passed: number): number {
  const left = factor ** (2 ** (-passed / HALF_LIFE))
  return Math.abs(left - 1) < NEAR ? 1 : left
}
