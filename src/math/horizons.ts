import { tailOf } from './normal.js'
import { emptyWaiting, FACTOR, placeOf, RUNGS, settle, type Waiting } from './waiting.js'

/**
 * The last 64 errors of a forecast at every rung of {@link Waiting}. Plain data of some 3 KB.
 *
 * @see Vovk et al., "Algorithmic learning in a random world", 2005; Lei et al., "Distribution-free predictive inference for
 * regression", 2018.
 */
export interface Horizons extends Waiting {
  /** Rings of errors, rung after rung: what came less what was foretold. */
  readonly errors: Float32Array
  /** How many errors each rung has had. */
  readonly counts: Float64Array
}

const KEPT = 64
/** Forecasts of a rung overlap with so many before them. */
const OVERLAPS = 3
/** While there are few errors it is not known how far they overlap. */
const UNKNOWN_OVERLAP = 2
/** Errors before a rung has a say. */
const ENOUGH = 8
/** Beyond the last rung that is known errors grow as they did up to it, but within these powers of time: a random walk's, and a trend's. */
const LEAST_GROWTH = 0.25
const MOST_GROWTH = 1
/** What fits into 32 bits. */
const LARGEST = 3e38

/** Scratch: the errors of one rung, in order; and the answer of {@link spreadAt}, below and above the forecast. */
const sorted = new Float64Array(KEPT)
export const spread: Float64Array = new Float64Array(2)
/** The quantiles of each rung, two each, and whose they are: a look ahead asks for the same again and again. */
const kept = new Float64Array(2 * RUNGS)
const asked: { errors: Float32Array | null; sigmas: number; readonly counts: Float64Array } = {
  errors: null,
  sigmas: 0,
  counts: new Float64Array(RUNGS),
}

export function emptyHorizons(): Horizons {
  return { ...emptyWaiting(), errors: new Float32Array(RUNGS * KEPT), counts: new Float64Array(RUNGS) }
}

/** Takes in by how much the forecasts that are due were off. */
export function learnErrors(horizons: Horizons, value: number, time: number): void {
  settle(horizons, value, time, (rung, error) => note(horizons, rung, error))
}

/**
 * How far, `ahead` of the last observation, what comes may be off the forecast, below it and above it, into {@link spread}: the errors
 * that were exceeded so often. Between two rungs by the logarithm of the time; beyond the last that is known, as errors have grown up to it.
 *
 * With n errors the k-th largest is exceeded with a chance of k / (n + 1), whatever their distribution; what is rarer lies
 * further out as in an exponential tail. Errors that go together, as those of forecasts that overlap do, count for less.
 *
 * @returns whether there have been enough errors.
 */
export function spreadAt(horizons: Horizons, ahead: number, sigmas: number): boolean {
  const { errors, counts } = horizons
  if ((counts[0] as number) < ENOUGH) return false
  let known = 0
  while (known + 1 < RUNGS && (counts[known + 1] as number) >= ENOUGH) known++
  const place = placeOf(horizons, ahead)
  const rung = Math.min(known, Math.floor(place))
  const times = place > known ? FACTOR ** ((place - known) * growth(errors, counts, known)) : 1
  for (let side = 0; side < 2; side++) {
    const near = quantileOf(horizons, rung, side, sigmas)
    const far = rung < known ? quantileOf(horizons, rung + 1, side, sigmas) : near
    spread[side] = rung < known ? near + (place - rung) * (far - near) : times * near
  }
  return true
}

/** The quantile of a rung's errors on one side, as a distance from the forecast: below as a positive number. */
function quantileOf({ errors, counts }: Horizons, rung: number, side: number, sigmas: number): number {
  if (asked.errors !== errors || asked.sigmas !== sigmas) {
    asked.errors = errors
    asked.sigmas = sigmas
    asked.counts.fill(0)
  }
  if (asked.counts[rung] !== counts[rung]) {
    asked.counts[rung] = counts[rung] as number
    quantiles(errors, counts[rung] as number, rung, sigmas)
  }
  return kept[2 * rung + side] as number
}

/** The power of time with which errors grow from the rung before a rung to it; 1 where it is the first. */
function growth(errors: Float32Array, counts: Float64Array, rung: number): number {
  if (rung === 0) return MOST_GROWTH
  const times = meanError(errors, counts, rung) / meanError(errors, counts, rung - 1)
  return Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, Math.log(times) / Math.log(FACTOR) || 0))
}

function meanError(errors: Float32Array, counts: Float64Array, rung: number): number {
  const count = Math.min(KEPT, counts[rung] as number)
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.abs(errors[rung * KEPT + i] as number)
  return sum / count
}

function note({ errors, counts }: Horizons, rung: number, error: number): void {
  const count = counts[rung] as number
  errors[rung * KEPT + (count % KEPT)] = Math.min(LARGEST, Math.max(-LARGEST, error))
  counts[rung] = count + 1
}

function quantiles(errors: Float32Array, seen: number, rung: number, sigmas: number): void {
  const count = Math.min(KEPT, seen)
  const all = sorted.subarray(0, count)
  for (let i = 0; i < count; i++) all[i] = errors[rung * KEPT + i] as number
  all.sort()
  const alone = count / overlapOf(errors, seen, rung)
  const rank = (tailOf(sigmas) / 2) * (alone + 1)
  const out = rank < 1 ? 1 - Math.log(rank) / Math.log(alone + 1) : 1
  const centre = ((all[(count - 1) >> 1] as number) + (all[count >> 1] as number)) / 2
  const at = Math.min((count - 1) / 2, Math.max(0, (count * (rank - 0.5)) / alone - 0.5))
  kept[2 * rung] = -(centre + out * (between(all, at) - centre))
  kept[2 * rung + 1] = centre + out * (between(all, count - 1 - at) - centre)
}

function between(all: Float64Array, place: number): number {
  const low = Math.floor(place)
  const part = place - low
  return part === 0 ? (all[low] as number) : (1 - part) * (all[low] as number) + part * (all[low + 1] as number)
}

/**
 * How many errors of a rung say as much as one alone: 1 + 2 Σ r², r the correlation of errors so many apart. 1 where they do not go together, as of what
 * returns to its mean; 2.75 for a random walk, whose forecasts overlap with the three before.
 *
 * @see Bartlett, "On the theoretical specification and sampling properties of autocorrelated time-series", 1946.
 */
function overlapOf(errors: Float32Array, seen: number, rung: number): number {
  const count = Math.min(KEPT, seen)
  if (count < 2 * ENOUGH) return rung === 0 ? 1 : UNKNOWN_OVERLAP
  const at = (i: number): number => errors[rung * KEPT + ((seen - count + i) % KEPT)] as number
  let [mean, energy, overlap] = [0, 0, 1]
  for (let i = 0; i < count; i++) mean += at(i) / count
  for (let i = 0; i < count; i++) energy += (at(i) - mean) ** 2
  for (let lag = 1; lag <= OVERLAPS && energy > 0; lag++) {
    let product = 0
    for (let i = lag; i < count; i++) product += (at(i) - mean) * (at(i - lag) - mean)
    overlap += 2 * Math.max(0, product / energy) ** 2
  }
  return overlap
}
