import {
  type Band,
  describe,
  digits,
  type Finding,
  figure,
  hasRecovered,
  identityOf,
  idOf,
  nameOf,
  type Severity,
  type Signal,
} from '../model/index.js'

/** The options of `anomaly()`, checked; times in milliseconds, the rest in sigmas. */
export interface Limits {
  readonly watcher: string
  readonly threshold: number
  readonly closeBelow: number
  readonly critical: number
  readonly minDuration: number
  readonly closeAfter: number
  readonly staleAfter: number
}

/** One deviation of one signal, from its first abnormal value to its close. Plain data. */
export interface Episode {
  readonly since: number
  /** -1 while it is still too short to be a finding. */
  openedAt: number
  /** When the signal was last heard. */
  seen: number
  /** Since when it is normal again; -1 while it is not. */
  calmSince: number
  /** Abnormal values so far. */
  count: number
  peak: number
  severity: Severity
  value: number
  /** The band when the deviation was found, `null` when the detector does not say. */
  band: Band | null
}

/** What a value did to an episode. */
export type Step = 'goes on' | 'opened' | 'worsened' | 'over'

export function pending(time: number): Episode {
  return {
    since: time,
    openedAt: -1,
    seen: time,
    calmSince: -1,
    count: 0,
    peak: 0,
    severity: 'warning',
    value: 0,
    band: null,
  }
}

/** Takes one value in. */
export function follow(
  episode: Episode,
  score: number,
  value: number,
  time: number,
  band: Band | undefined,
  limits: Limits,
): Step {
  episode.seen = time
  episode.value = value
  if (score < limits.closeBelow) return calm(episode, time, limits)
  episode.calmSince = -1
  if (!(score >= limits.threshold)) return 'goes on'
  episode.count++
  if (score > episode.peak) episode.peak = score
  if (episode.openedAt < 0) {
    episode.band = band ?? null
    if (time - episode.since < limits.minDuration || (limits.minDuration > 0 && episode.count < 2)) return 'goes on'
    episode.openedAt = time
    episode.severity = episode.peak >= limits.critical ? 'critical' : 'warning'
    return 'opened'
  }
  if (episode.severity === 'critical' || score < limits.critical) return 'goes on'
  episode.severity = 'critical'
  return 'worsened'
}

function calm(episode: Episode, time: number, limits: Limits): Step {
  if (episode.openedAt < 0) return 'over'
  if (episode.calmSince < 0) episode.calmSince = time
  return time - episode.calmSince >= limits.closeAfter ? 'over' : 'goes on'
}

/** The finding while it is open. */
export function open(episode: Episode, signal: Signal, time: number, limits: Limits): Finding {
  const expected = episode.band ? `, expected ${range(episode.band, signal.unit)}` : ''
  const lasted = time > episode.since ? `, for ${describe(time - episode.since)} now` : ''
  const summary = `${nameOf(signal)} is ${figure(episode.value, signal.unit)}${expected} (${digits(episode.peak)} sigmas${lasted})`
  return finding(episode, signal, time, limits, { state: 'open', summary })
}

/** The finding as it closes: back where it was expected, or settled elsewhere, which is then the new normal. */
export function close(episode: Episode, signal: Signal, time: number, limits: Limits): Finding {
  const closed = finding(episode, signal, time, limits, { state: 'closed', closedAt: time, summary: '' })
  const now = figure(episode.value, signal.unit)
  const name = nameOf(signal)
  const summary = hasRecovered(closed)
    ? `${name} is back to normal at ${now}`
    : `${name} has settled at ${now}, its new normal`
  return { ...closed, summary }
}

/** The finding as it closes because the signal is not heard of any more. */
export function silent(episode: Episode, signal: Signal, time: number, limits: Limits): Finding {
  const summary = `${nameOf(signal)} has not been heard of for ${describe(time - episode.seen)}`
  return finding(episode, signal, time, limits, { state: 'closed', closedAt: time, summary })
}

function finding(
  { since, openedAt, peak, severity, value, band }: Episode,
  signal: Signal,
  time: number,
  { watcher }: Limits,
  change: Pick<Finding, 'state' | 'summary' | 'closedAt'>,
): Finding {
  const id = idOf('f', watcher, identityOf(signal), openedAt)
  const expected = band ? { expected: band } : {}
  return { id, watcher, signal, severity, score: peak, value, ...expected, since, openedAt, updatedAt: time, ...change }
}

function range(band: Band, unit: string): string {
  return `${figure(band.low, unit)} to ${figure(band.high, unit)}`
}
