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
  type Signal,
} from '../model/index.js'
import type { Episode } from './episode.js'

/** The finding while it is open. */
export function open(episode: Episode, signal: Signal, time: number, watcher: string): Finding {
  const { band, statistic, peak, since } = episode
  const again = episode.again ? ' again' : ''
  const expected = band ? `, expected ${range(band, signal.unit)}` : ''
  const by = statistic === null ? '' : ` by ${statistic}`
  const lasted = time > since ? `, for ${describe(time - since)} now` : ''
  const summary = `${nameOf(signal)} is ${figure(episode.value, signal.unit)}${again}${expected} (${digits(peak)} sigmas${by}${lasted})`
  return finding(episode, signal, time, watcher, { state: 'open', summary })
}

/** The finding as it closes: back where it was expected, or settled elsewhere, which is then the new normal. */
export function close(episode: Episode, signal: Signal, time: number, watcher: string): Finding {
  const closed = finding(episode, signal, time, watcher, { state: 'closed', closedAt: time, summary: '' })
  const now = figure(episode.value, signal.unit)
  const name = nameOf(signal)
  const summary = hasRecovered(closed)
    ? `${name} is back to normal at ${now}`
    : `${name} has settled at ${now}, its new normal`
  return { ...closed, summary }
}

/** The finding as it closes because the signal is not heard of any more. */
export function silent(episode: Episode, signal: Signal, time: number, watcher: string): Finding {
  const summary = `${nameOf(signal)} has not been heard of for ${describe(time - episode.seen)}`
  return finding(episode, signal, time, watcher, { state: 'closed', closedAt: time, summary })
}

function finding(
  { since, openedAt, peak, severity, value, band, statistic }: Episode,
  signal: Signal,
  time: number,
  watcher: string,
  change: Pick<Finding, 'state' | 'summary' | 'closedAt'>,
): Finding {
  const id = idOf('f', watcher, identityOf(signal), openedAt)
  const known = { ...(band && { expected: band }), ...(statistic !== null && { statistic }) }
  return { id, watcher, signal, severity, score: peak, value, ...known, since, openedAt, updatedAt: time, ...change }
}

function range(band: Band, unit: string): string {
  return `${figure(band.low, unit)} to ${figure(band.high, unit)}`
}
