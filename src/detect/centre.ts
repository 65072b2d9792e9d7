import { middleOf } from '../math/middle.js'
import { MATURE, type Pace, pace } from '../math/pace.js'
import { pulled } from '../math/pulled.js'
import { type Band, type Duration, duration, numberIn } from '../model/index.js'
import { type LevelOptions, NEVER, within } from './level.js'
import { endure, LASTED, relax } from './patience.js'

/** Memory of a centre and a scale: eight plain numbers, and the first 16 values. */
export interface CentreState extends Pace {
  median: number
  /** The median distance from the median, times 1.4826; the root mean square distance, where most values are equal. */
  scale: number
  /** The share of values that are equal to the median. */
  ties: number
  /** Milliseconds for which values have been outside, less those for which they have been inside again. */
  odd: number
  readonly first: Float64Array
}

/** A median and a median distance that move with the values. */
export interface Centre {
  /** Whether there is an opinion yet. */
  ready(state: CentreState): boolean
  /** How far a value is from the median, in sigmas. */
  sigmas(state: CentreState, value: number): number
  /** The band of 3 sigmas. */
  band(state: CentreState): Band
  learn(state: CentreState, value: number, time: number): void
}

const CAP = 1e6
const HUGE = 1e150
/** Values before the first opinion: their median is the first one. */
const FIRST = 16
/** A young scale is uncertain: so its square is widened by 1 + 40 / count. */
const WIDEN = 40
/** Squares of what rounding does to a steady value: 1e-9 of it, and 1e-12 about zero. */
const RELATIVE2 = 1e-18
const ABSOLUTE2 = 1e-24
/** A Gaussian's median distance in sigmas. */
const MAD = 0.6744897501960817
/** Steps that give a Gaussian's median and scale the pace of its mean: 1 / (2 φ(0)), and 1 / (4 MAD φ(MAD)). */
const STEP = 1.2533141373155003
const SCALE_STEP = 1.1664
/** Where more values than these are equal, the median distance is about 0 and says nothing. */
const TIED = 0.4

/** The options and their defaults are those of a level. */
export function centre(of: string, options: LevelOptions, usualHalfLife: Duration): Centre {
  const halfLife = duration(`${of}.halfLife`, options.halfLife ?? usualHalfLife)
  const warmup = duration(`${of}.warmup`, options.warmup ?? '1m', { min: 0 })
  const adapt = duration(`${of}.adapt`, options.adapt ?? 6 * halfLife, { max: 6 * 3650 * 864e5 })
  const clip = numberIn(`${of}.clip`, options.clip ?? 4, 2, 10)
  const floor = numberIn(`${of}.floor`, options.floor ?? 0, 0, HUGE)
  const share = pace(halfLife, Math.max(warmup, 6 * halfLife, 2 * adapt))
  const floor2 = floor * floor + ABSOLUTE2

  const ready = (state: CentreState): boolean => state.count >= FIRST && state.age >= warmup
  const least2 = (median: number): number => RELATIVE2 * median * median + floor2

  const move = (state: CentreState, step: number, part: number): void => {
    const { scale } = state
    const off = Math.abs(step)
    const least = least2(state.median)
    const tied = step * step <= 4 * least
    state.ties += part * ((tied ? 1 : 0) - state.ties)
    state.median += tied ? part * step : Math.sign(step) * Math.min(off, STEP * part * scale)
    if (state.ties > TIED) {
      const seen = pulled(off, clip * scale)
      state.scale = Math.sqrt(Math.max(least, scale * scale + part * (seen * seen - scale * scale)))
    } else {
      state.scale = off > MAD * scale ? scale * (1 + SCALE_STEP * part) : scale * (1 - SCALE_STEP * part)
      if (state.scale * state.scale < least) state.scale = Math.sqrt(least)
    }
  }

  const settle = (state: CentreState): void => {
    state.median = middleOf(state.first)
    const least = least2(state.median)
    const distances = state.first.map((value) => Math.abs(value - state.median))
    const equal = distances.filter((off) => off * off <= 4 * least).length
    state.ties = equal / FIRST
    state.scale = Math.min(HUGE, Math.max(middleOf(distances) / MAD, Math.sqrt(least)))
  }

  const accept = (state: CentreState, value: number): void => {
    state.first[0] = value
    state.count = 1
    state.age = warmup
    state.odd = 0
  }

  return {
    ready,
    sigmas: (state, value) => Math.min(CAP, Math.abs(value - state.median) / widened(state)),
    band(state) {
      const reach = 3 * widened(state)
      return { value: state.median, low: state.median - reach, high: state.median + reach }
    },
    learn(state, value, time) {
      if (Number.isNaN(value)) return
      const gap = Math.max(0, time - state.time)
      const known = ready(state)
      let part = share(state, time)
      const near = within(value)
      if (state.count <= FIRST) {
        state.first[state.count - 1] = near
        if (state.count === FIRST) settle(state)
        return
      }
      const step = near - state.median
      if (Math.abs(step) <= clip * state.scale) relax(state, gap)
      else if (known) {
        const taught = endure(state, gap, halfLife, adapt)
        if (taught === LASTED) {
          accept(state, near)
          return
        }
        part *= taught
      }
      move(state, step, part)
    },
  }
}

/** Fresh memory: one literal, so that V8 gives it a fast shape. */
export function emptyCentre(): CentreState {
  const first = new Float64Array(FIRST)
  return { median: 0, scale: 0, ties: 0, time: NEVER, room: 0, count: 0, age: 0, odd: 0, first }
}

function widened(state: CentreState): number {
  return state.count < MATURE ? state.scale * Math.sqrt(1 + WIDEN / state.count) : state.scale
}
