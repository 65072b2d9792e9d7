import type { Band, Severity } from '../model/index.js'
import type { AnomalyState } from './anomaly-state.js'
import type { Limits } from './limits.js'
import { closeBelow, critical } from './sensitivity.js'

/** Where a signal is observed rarely, `cooldown` lasts at least so many of its intervals. */
const GAPS = 4

/** One deviation of one signal, from its first abnormal value to its close. Plain data. */
export interface Episode {
  readonly since: number
  /** How long the first abnormal value stands for: the time since the one before, the shorter of the last two. */
  readonly stands: number
  /** When its finding opened first; -1 while it is still too short to be a finding. */
  openedAt: number
  /** Whether it is a finding's second time, or a later one. */
  again: boolean
  /** When the signal was last heard. */
  seen: number
  /** Since when it is normal again; -1 while it is not. */
  calmSince: number
  peak: number
  severity: Severity
  value: number
  /** The band when the deviation was found, `null` when the detector does not say. */
  band: Band | null
  /** Which statistic spoke, `null` when the detector does not say. */
  statistic: string | null
}

/** What a value did to an episode. */
export type Step = 'goes on' | 'opened' | 'worsened' | 'over'

/** A value as the detector sees it. */
export interface Reading {
  readonly score: number
  readonly value: number
  readonly time: number
  readonly band: Band | null
  readonly statistic: string | null
}

export function pending(time: number, stands: number): Episode {
  return {
    since: time,
    stands,
    openedAt: -1,
    again: false,
    seen: time,
    calmSince: -1,
    peak: 0,
    severity: 'warning',
    value: 0,
    band: null,
    statistic: null,
  }
}

/** Takes one value into the episode that is under way. */
export function follow(episode: Episode, reading: Reading, state: AnomalyState, limits: Limits): Step {
  const { score, time } = reading
  episode.seen = time
  episode.value = reading.value
  if (score < closeBelow(state, limits)) return calm(episode, time, limits)
  episode.calmSince = -1
  if (!(score >= state.threshold)) return 'goes on'
  if (score > episode.peak) episode.peak = score
  return episode.openedAt < 0 ? lengthen(episode, reading, state, limits) : worsen(episode, reading, state, limits)
}

/** Ends the episode that is under way; whether it was a finding. */
export function endEpisode(state: AnomalyState, time: number): boolean {
  const wasFinding = state.episode !== null && state.episode.openedAt >= 0
  state.episode = null
  if (wasFinding) state.closedAt = time
  return wasFinding
}

/** Whether the deviation begins so soon after the last close that it is the same finding. */
export function comesAgain({ since, stands }: Episode, { closedAt }: AnomalyState, { cooldown }: Limits): boolean {
  const within = cooldown === 0 ? 0 : Math.max(cooldown, GAPS * stands)
  return closedAt >= 0 && since - closedAt < within
}

function lengthen(episode: Episode, { time, band, statistic }: Reading, state: AnomalyState, limits: Limits): Step {
  episode.band = band
  episode.statistic = statistic
  if (time - episode.since + episode.stands < limits.minDuration) return 'goes on'
  episode.again = comesAgain(episode, state, limits)
  episode.openedAt = episode.again ? state.openedAt : time
  state.openedAt = episode.openedAt
  episode.severity = episode.peak >= critical(state, limits) ? 'critical' : 'warning'
  return 'opened'
}

function worsen(episode: Episode, { score, statistic }: Reading, state: AnomalyState, limits: Limits): Step {
  if (episode.severity === 'critical' || score < critical(state, limits)) return 'goes on'
  episode.severity = 'critical'
  episode.statistic = statistic ?? episode.statistic
  return 'worsened'
}

function calm(episode: Episode, time: number, limits: Limits): Step {
  if (episode.openedAt < 0) return 'over'
  if (episode.calmSince < 0) episode.calmSince = time
  return time - episode.calmSince >= limits.closeAfter ? 'over' : 'goes on'
}
