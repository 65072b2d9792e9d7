import { sigmasOf } from '../math/normal.js'
import {
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  type Forecaster,
  numberIn,
  type Selector,
  textIn,
} from '../model/index.js'
import type { Limits } from './limits.js'

/** Where a signal must not get: above a value, which a bare number means, or below one. In the signal's unit. */
export type Limit = number | { readonly above: number } | { readonly below: number }

/** What {@link trend} watches for. */
export interface TrendOptions {
  /** Which signals. */
  readonly signal: Selector
  /** What they must not reach: `0.95`, `{ above: 0.95 }` or `{ below: 14 }`. */
  readonly limit: Limit
  /** How near the crossing must be to be told; from 1 min to 400 d. @defaultValue `'1d'` */
  readonly within?: Duration
  /** How sure it must be that the signal crosses in that time; from 0.6 to 0.999. @defaultValue 0.9 */
  readonly confidence?: number
  /** From how near the finding is critical. @defaultValue a quarter of `within` */
  readonly critical?: Duration
  /**
   * How long a signal must have been watched, so that it is known whether what fills is emptied again; from 0. Before that only a crossing is told that
   * is nearer than a twentieth of the time that it has been watched. @defaultValue `'30h'`: a day and what empties it
   */
  readonly warmup?: Duration
  /**
   * What foretells the signal, with an interval of 3 sigmas. It is believed as it stands: what is said of rises and of what is emptied is of the default alone.
   *
   * @defaultValue a straight line through the present rise
   */
  // biome-ignore lint/suspicious/noExplicitAny: a forecaster's memory is its own business
  readonly forecaster?: Forecaster<any>
  /** For how long it must be so before the finding opens. @defaultValue `'1m'` */
  readonly minDuration?: Duration
  /** For how long it must be so no more before the finding closes. @defaultValue `'1m'` */
  readonly closeAfter?: Duration
  /** What comes again so soon after a close opens the same finding. @defaultValue `'5m'` */
  readonly cooldown?: Duration
  /** A finding whose signal falls silent closes after this, or after three times its usual interval. @defaultValue `'15m'` */
  readonly staleAfter?: Duration
  /** The `watcher` of its findings. @defaultValue `'trend'` */
  readonly name?: string
}

/** The options of `trend()`, checked; times in milliseconds. */
export interface TrendLimits extends Limits {
  /** 1 where rising is going to the limit, −1 where falling is. */
  readonly sign: 1 | -1
  /** As a height that is risen to: the limit times the sign. */
  readonly limit: number
  readonly within: number
  readonly nearer: number
  readonly warmup: number
  /** How many sigmas a Gaussian lies below with the stated confidence. */
  readonly sure: number
  readonly confidence: number
}

const OPTIONS: readonly (keyof TrendOptions)[] = [
  'signal',
  'limit',
  'within',
  'confidence',
  'critical',
  'warmup',
  'forecaster',
  'minDuration',
  'closeAfter',
  'cooldown',
  'staleAfter',
  'name',
]
const DAY = 864e5

/** @throws ConfigError when an option is out of range. */
export function trendLimits(options: TrendOptions): TrendLimits {
  checkOptions('trend', options, OPTIONS)
  const within = duration('trend.within', options.within ?? '1d', { min: 6e4, max: 400 * DAY })
  const confidence = numberIn('trend.confidence', options.confidence ?? 0.9, 0.6, 0.999)
  const sure = sigmasOf(2 * (1 - confidence))
  return {
    ...sided('trend.limit', options.limit),
    watcher: textIn('trend.name', options.name ?? 'trend', 100),
    within,
    confidence,
    sure,
    nearer: duration('trend.critical', options.critical ?? within / 4, { min: 0 }),
    warmup: duration('trend.warmup', options.warmup ?? '30h', { min: 0 }),
    threshold: sure,
    accepted: 0,
    shares: false,
    closeBelow: undefined,
    critical: Number.MAX_VALUE,
    minDuration: duration('trend.minDuration', options.minDuration ?? '1m', { min: 0 }),
    closeAfter: duration('trend.closeAfter', options.closeAfter ?? '1m', { min: 0 }),
    cooldown: duration('trend.cooldown', options.cooldown ?? '5m', { min: 0 }),
    staleAfter: duration('trend.staleAfter', options.staleAfter ?? '15m'),
    direction: 'both',
  }
}

/** A limit as a height that is risen to. */
export function sided(field: string, limit: Limit): { readonly sign: 1 | -1; readonly limit: number } {
  if (typeof limit === 'number') return { sign: 1, limit: finite(field, limit) }
  if (typeof limit !== 'object' || limit === null || Object.keys(limit).length !== 1)
    throw new ConfigError(field, 'a number, { above } or { below }', limit)
  if ('below' in limit) return { sign: -1, limit: -finite(`${field}.below`, limit.below) }
  return { sign: 1, limit: finite(`${field}.above`, limit.above) }
}

function finite(field: string, value: number): number {
  return numberIn(field, value, -1e150, 1e150)
}
