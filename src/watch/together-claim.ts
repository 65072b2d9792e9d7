import { describe, digits, type Finding, figure, hasRecovered, nameOf, type Signal } from '../model/index.js'
import { close, open, silent } from './claim.js'
import type { Episode } from './episode.js'
import type { TogetherState } from './together-state.js'

/** So many signals are named... */
const MOST_NAMED = 3
/** ...of those that contribute at least this part. */
const WORTH_NAMING = 0.1

/** The finding while it is open: it names the signals that contribute most. */
export function openTogether(state: TogetherState, episode: Episode, time: number, watcher: string): Finding {
  const finding = open(episode, leaderOf(state), time, watcher)
  const again = episode.again ? ' again' : ''
  const lasted = time > episode.since ? `, for ${describe(time - episode.since)} now` : ''
  const summary = `${watcher} is unusual${again}: ${words(state)} (${digits(episode.peak)} sigmas${lasted})`
  return { ...finding, summary }
}

/** The finding as it closes: back to normal, or settled elsewhere, which is then the new normal. */
export function closeTogether(state: TogetherState, episode: Episode, time: number, watcher: string): Finding {
  const leader = leaderOf(state)
  const finding = close(episode, leader, time, watcher)
  const at = `${nameOf(leader)} at ${figure(episode.value, leader.unit)}`
  const summary = hasRecovered(finding)
    ? `${watcher} is back to normal, with ${at}`
    : `${watcher} has settled with ${at}, its new normal`
  return { ...finding, summary }
}

/** The finding as it closes because none of the signals is heard of any more. */
export function silentTogether(state: TogetherState, episode: Episode, time: number, watcher: string): Finding {
  const summary = `no signal of ${watcher} has been heard of for ${describe(time - episode.seen)}`
  return { ...silent(episode, leaderOf(state), time, watcher), summary }
}

function leaderOf({ leader, members }: TogetherState): Signal {
  return leader ?? (members[0] as Signal)
}

/** `db.latency is 1.4 s (61 %) and db.waiting is 12 job (25 %)` */
function words({ members, blamed, values }: TogetherState): string {
  const all = blamed.reduce((sum, part) => sum + part, 0) || 1
  const named = members
    .map((signal, slot) => ({ signal, value: values[slot] as number, share: (blamed[slot] as number) / all }))
    .sort((a, b) => b.share - a.share)
    .filter(({ share }, place) => place === 0 || share >= WORTH_NAMING)
    .slice(0, MOST_NAMED)
    .map(({ signal, value, share }) => `${nameOf(signal)} is ${figure(value, signal.unit)} (${digits(100 * share)} %)`)
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}
