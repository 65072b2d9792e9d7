import { clockTime, describe, digits, type Finding, figure, nameOf, type Signal } from '../model/index.js'
import { close, open } from './claim.js'
import type { Episode } from './episode.js'
import type { TrendLimits } from './trend-options.js'

/** When the limit is reached, in milliseconds since the epoch. */
export type Exhaustion = NonNullable<Finding['exhaustion']>

/** The finding while it is open. */
export function openTrend(
  episode: Episode,
  exhaustion: Exhaustion,
  signal: Signal,
  time: number,
  limits: TrendLimits,
): Finding {
  const finding = open(episode, signal, time, limits.watcher)
  return { ...finding, exhaustion, summary: words(episode, exhaustion, signal, time, limits) }
}

/** The finding as it closes: the limit is out of sight. */
export function closeTrend(episode: Episode, signal: Signal, time: number, limits: TrendLimits): Finding {
  const finding = close(episode, signal, time, limits.watcher)
  const now = figure(episode.value, signal.unit)
  const summary = `${nameOf(signal)}, now ${now}, is no longer about to reach ${limitOf(signal, limits)}`
  return { ...finding, summary }
}

function words(
  { value, statistic, again }: Episode,
  { at, low, high }: Exhaustion,
  signal: Signal,
  time: number,
  limits: TrendLimits,
): string {
  const limit = limitOf(signal, limits)
  if (at <= time) return `${nameOf(signal)} has reached ${limit}: it is ${figure(value, signal.unit)}`
  const band = `from ${clockTime(low, time)} to ${clockTime(high, time)} with ${digits(100 * limits.confidence)} % on either side`
  const by = statistic === null ? '' : `, by ${statistic}`
  const anew = again ? ' again' : ''
  return `${nameOf(signal)} is ${figure(value, signal.unit)} and will${anew} reach ${limit} in ${describe(at - time)}${by}, ${band}`
}

function limitOf({ unit }: Signal, { sign, limit }: TrendLimits): string {
  return `its limit of ${figure(sign * limit, unit)}`
}
