import { gaussian, uniform } from '../math/random.js'
import { ConfigError, type Duration, duration, numberIn } from '../model/index.js'

/**
 * A signal's value as a pure function of time, in milliseconds since the simulation began; `NaN` where nothing is measured.
 * Waves are added up, so most of them are 0 where they have nothing to say. Your own is a function like these.
 */
export type Wave = (time: number) => number

const ANY = Number.MAX_VALUE
const HOUR = 36e5

/**
 * A moment so long after the start: a bare number counts **hours**, which reads well in a story.
 *
 * @example
 * pulse(300, at(6), at(8.5)) // the same as pulse(300, '6h', '510m')
 */
export function at(time: number | Exclude<Duration, number>): number {
  return moment('at', typeof time === 'number' ? time * HOUR : time)
}

/** Always the same. */
export function constant(value: number): Wave {
  numberIn('constant.value', value, -ANY, ANY)
  return () => value
}

/**
 * Gaussian noise about 0. Each moment's value depends on the seed and the moment alone, so any part can be replayed by itself.
 *
 * @param spread - one standard deviation, in the signal's unit.
 * @param seed - another seed, another noise. Give each wave its own.
 */
export function noise(spread: number, seed = 1): Wave {
  numberIn('noise.spread', spread, 0, ANY)
  numberIn('noise.seed', seed, -ANY, ANY)
  return (time) => spread * gaussian(seed, time)
}

/** Options of {@link seasonal}. */
export interface SeasonalWaveOptions {
  /** Half the way from the bottom to the top, in the signal's unit. */
  readonly amplitude: number
  /** @defaultValue `'1d'` */
  readonly period?: Duration
  /** When in the period the top is. @defaultValue half of it: noon, for a day that starts at midnight */
  readonly peak?: Duration
}

/** A sine about 0, such as the rhythm of a day. For another shape, see {@link repeat}. */
export function seasonal(options: SeasonalWaveOptions): Wave {
  const amplitude = numberIn('seasonal.amplitude', options.amplitude, -ANY, ANY)
  const period = duration('seasonal.period', options.period ?? '1d')
  const peak = moment('seasonal.peak', options.peak ?? period / 2)
  return (time) => amplitude * Math.cos((2 * Math.PI * (time - peak)) / period)
}

/** Grows in a straight line, by so much an hour; negative falls. */
export function drift(perHour: number, from: Duration = 0): Wave {
  numberIn('drift.perHour', perHour, -ANY, ANY)
  const start = moment('drift.from', from)
  return (time) => (perHour * Math.max(0, time - start)) / HOUR
}

/** 0 before a moment, `by` from then on. */
export function step(by: number, from: Duration): Wave {
  numberIn('step.by', by, -ANY, ANY)
  const start = moment('step.from', from)
  return (time) => (time >= start ? by : 0)
}

/** `by` from one moment until just before another, else 0. */
export function pulse(by: number, from: Duration, to: Duration): Wave {
  numberIn('pulse.by', by, -ANY, ANY)
  const within = between('pulse', from, to)
  return (time) => (within(time) ? by : 0)
}

/** Nothing measured from one moment until just before another. Added to a wave, it cuts a hole. */
export function gaps(from: Duration, to: Duration): Wave {
  const within = between('gaps', from, to)
  return (time) => (within(time) ? Number.NaN : 0)
}

/** Each measurement is lost with this probability. Added to a wave, it makes the sampling irregular. */
export function dropouts(share: number, seed = 1): Wave {
  numberIn('dropouts.share', share, 0, 1)
  numberIn('dropouts.seed', seed, -ANY, ANY)
  return (time) => (uniform(seed, time) < share ? Number.NaN : 0)
}

/** The first `every` of a wave, again and again. */
export function repeat(wave: Wave, every: Duration): Wave {
  const period = duration('repeat.every', every)
  return (time) => wave(time - period * Math.floor(time / period))
}

/** The sum. A gap in one is a gap in all. */
export function add(...waves: readonly Wave[]): Wave {
  return (time) => {
    let sum = 0
    for (let i = 0; i < waves.length; i++) sum += (waves[i] as Wave)(time)
    return sum
  }
}

/** The product. A gap in one is a gap in all. */
export function multiply(...waves: readonly Wave[]): Wave {
  return (time) => {
    let product = 1
    for (let i = 0; i < waves.length; i++) product *= (waves[i] as Wave)(time)
    return product
  }
}

function between(wave: string, from: Duration, to: Duration): (time: number) => boolean {
  const start = moment(`${wave}.from`, from)
  const end = moment(`${wave}.to`, to)
  if (end < start) throw new ConfigError(`${wave}.to`, 'at or after `from`', to)
  return (time) => time >= start && time < end
}

function moment(field: string, time: Duration): number {
  return duration(field, time, { min: 0 })
}
