import { pulled } from '../math/pulled.js'
import {
  changesIn,
  LIMIT,
  largerSpreadIn,
  meanIn,
  PROOF,
  type Profile,
  putMean,
  putSpread,
  spreadIn,
  UNKNOWN,
} from './profile-memory.js'

/*
 * What a series usually does in the course of a day and of a week, and how far that has proved right, so that a rhythm is
 * believed only once it has shown itself: the mean of every hour of the week, the spread of every hour of the day, the record
 * of proofs. Times are in hours since the epoch, UTC; where the rhythm is another one, an hour is a 24th of its period, and a
 * week seven of them. O(1), allocates nothing.
 */

const DAY = 24
const LEAST = 1e-15
/** An error is remembered for about so many visits: two days. */
const MEMORY = 2 * DAY
/** One error counts at most as so many ordinary ones: an incident refutes no rhythm. */
const SURPRISE = 25
/** Trials after which a way may be half believed. */
const PROOFS = 6
/** Visits further apart than this are not compared: half a day. */
const FAR = DAY / 2
/** A visit changes its slot by this part, which it pulls no further than about so many spreads. */
const PART = 0.4
const REACH = 4
/** Spreads grow slowly and shrink faster: what is usual gets less as the rhythm is learned. */
const GROW = 0.2
const SHRINK = 0.3

/** The same change on six days before, sorted, and a week before. */
const days = new Float64Array(6)
const week = new Float64Array(1)

/** The last answer of {@link rise}: scoring, learning and carrying the level on ask the same. */
const asked: { profile: Profile | null; from: number; to: number; answer: number } = {
  profile: null,
  from: 0,
  to: 0,
  answer: 0,
}

/** By how much the expected value changes from one time to another; 0 while nothing is known. */
export function rise(profile: Profile, from: number, to: number): number {
  if (profile === asked.profile && from === asked.from && to === asked.to) return asked.answer
  asked.profile = profile
  asked.from = from
  asked.to = to
  asked.answer = risen(profile, from, to)
  return asked.answer
}

/** The profile has changed. */
export function forgetRise(): void {
  asked.profile = null
}

function risen(profile: Profile, from: number, to: number): number {
  const trust = belief(profile, PROOF.staying, PROOF.rhythm, PROOF.tried)
  return trust > 0 ? trust * foretold(profile, middle(changesIn(profile, from, to, days, week)), week[0] as number) : 0
}

/** The variance that is usual at a time, in its slot or in the one that is near; 0 while nothing is known. */
export function usualAt(profile: Profile, place: number): number {
  const slot = Math.floor(place)
  const spread = largerSpreadIn(profile, slot, Math.round(place) - (place - slot < 0.5 ? 1 : 0))
  return spread === UNKNOWN ? 0 : spread * spread
}

/**
 * Learns one visit.
 *
 * @param slot - the hours from the epoch to the visit, and to the visit before it.
 * @param mean - of its values, as a deviation from the origin.
 * @param spread - the root mean square of what its values were off their expectation.
 */
export function learnVisit(profile: Profile, slot: number, before: number, mean: number, spread: number): void {
  const value = Math.min(LIMIT, Math.max(-LIMIT, mean))
  if (Number.isNaN(value) || Number.isNaN(spread)) return
  forgetRise()
  const { proofs } = profile
  if (slot > before && slot - before <= FAR) judge(profile, before, slot, value - (proofs[PROOF.lastMean] as number))
  proofs[PROOF.lastMean] = value
  const usual = learnSpread(profile, slot, Math.min(LIMIT, spread))
  const known = meanIn(profile, slot)
  putMean(profile, slot, known === UNKNOWN ? value : known + PART * pulled(value - known, REACH * usual), usual)
}

/** The spread that is usual now. */
function learnSpread(profile: Profile, slot: number, value: number): number {
  const spread = spreadIn(profile, slot)
  const learned = spread === UNKNOWN ? Math.max(LEAST, value) : nearer(profile, spread, value)
  putSpread(profile, slot, learned)
  return learned
}

function nearer({ proofs }: Profile, spread: number, value: number): number {
  const seen = Math.max(LEAST, Math.min(value, REACH * spread))
  const part = Math.max(seen < spread ? SHRINK : GROW, 1 / (2 + (proofs[PROOF.tried] as number) / DAY))
  return Math.sqrt((1 - part) * spread * spread + part * seen * seen)
}

/** Compares what each way would have foretold with what came. */
function judge(profile: Profile, before: number, slot: number, came: number): void {
  const { proofs } = profile
  const from = before + 0.5
  const to = slot + 0.5
  const day = middle(changesIn(profile, from, to, days, week))
  if (day === UNKNOWN) return
  const weekly = week[0] as number
  const tried = proofs[PROOF.tried] as number
  const most = tried > 0 ? (SURPRISE * (proofs[PROOF.staying] as number)) / Math.min(MEMORY, tried) : LIMIT * LIMIT
  note(proofs, PROOF.rhythm, came - foretold(profile, day, weekly), most)
  note(proofs, PROOF.staying, came, most)
  proofs[PROOF.tried] = tried + 1
  if (weekly === UNKNOWN) return
  note(proofs, PROOF.byDay, came - day, most)
  note(proofs, PROOF.byWeek, came - weekly, most)
  proofs[PROOF.triedWeek] = (proofs[PROOF.triedWeek] as number) + 1
}

function note(proofs: Float64Array, at: number, error: number, most: number): void {
  proofs[at] = (1 - 1 / MEMORY) * (proofs[at] as number) + Math.min(error * error, most)
}

/** How far the second way is believed rather than the first: by how much smaller its errors are, and how often it was tried. */
function belief({ proofs }: Profile, first: number, second: number, tried: number): number {
  const worse = proofs[first] as number
  const better = proofs[second] as number
  const trials = proofs[tried] as number
  const part = better / worse
  return worse > 0 ? (trials / (trials + PROOFS)) * (1 / (1 + part * part)) : 0
}

/** The median of so many {@link days}. */
function middle(known: number): number {
  if (known === 0) return UNKNOWN
  return ((days[(known - 1) >> 1] as number) + (days[known >> 1] as number)) / 2
}

/** Day and week, each as far as it is believed. */
function foretold(profile: Profile, day: number, weekly: number): number {
  if (weekly === UNKNOWN) return day === UNKNOWN ? 0 : day
  return day === UNKNOWN ? weekly : day + belief(profile, PROOF.byDay, PROOF.byWeek, PROOF.triedWeek) * (weekly - day)
}
