/** How well `trend()` tells when a limit is crossed, on generated ramps and saw-teeth. */
import type { Finding, Signal } from 'pi-uptime'
import { add, noise, type Wave } from 'pi-uptime/testing'
import { trend } from 'pi-uptime/watch'

/** Ramps of one length and one noise. */
export interface Ramps {
  /** How long the ramp takes to its limit, in days; noise as one sigma, in parts of the whole rise. */
  readonly days: number
  readonly noise: number
  readonly runs: number
  /** Of the crossings as told at half of the time: how far off they are, in parts of the time that is left, the worst first. */
  readonly off: readonly number[]
}

/** A week of what fills and is emptied. */
export interface Saws {
  readonly what: string
  readonly findings: number
}

const [MINUTE, HOUR, DAY] = [6e4, 36e5, 864e5]
const START = Date.UTC(2026, 0, 5)
const SIGNAL: Signal = { name: 'disk.utilization', unit: '1', attributes: {} }
const RUNS = 10

/** Every ramp is told from half of its time on: `within` is the whole of it, and any chance above even counts. */
export function ramps(): readonly Ramps[] {
  return [1, 4, 20].flatMap((days) =>
    [0, 0.01, 0.03, 0.1].map((spread) => {
      const off = Array.from({ length: RUNS }, (_, seed) => offAtHalf(days * DAY, spread, seed))
      return { days, noise: spread, runs: RUNS, off: off.toSorted((a, b) => b - a) }
    }),
  )
}

function offAtHalf(life: number, spread: number, seed: number): number {
  const wave = add((at: number) => at / life, noise(spread, seed + 1))
  const watcher = trend({ signal: SIGNAL.name, limit: 1, within: life, confidence: 0.6, warmup: 0 })
  const { exhaustion } = findingsOf(watcher, wave, life / 2).at(-1) ?? {}
  return exhaustion === undefined ? Number.POSITIVE_INFINITY : Math.abs(exhaustion.at - START - life) / (life / 2)
}

/** At the defaults: a day ahead, with 90 %. */
export function saws(): readonly Saws[] {
  const periods = { '5 min': 5 * MINUTE, '20 min': 20 * MINUTE, '1 h': HOUR, '6 h': 6 * HOUR, '1 d': DAY }
  return Object.entries(periods).flatMap(([name, period]) =>
    [0, 0.3].map((varies) => {
      const watcher = trend({ signal: SIGNAL.name, limit: 0.95 })
      const findings = new Set(findingsOf(watcher, saw(period, varies), 7 * DAY).map(({ id }) => id)).size
      return { what: `${name}, tops ${varies === 0 ? 'even' : `vary by ${100 * varies} %`}`, findings }
    }),
  )
}

/** From 0.3 to 0.9, or to less by a share that is another one each time. */
function saw(period: number, varies: number): Wave {
  const chance = noise(1, 7)
  return add(
    (at) => {
      const tooth = Math.floor(at / period)
      const top = 0.9 * (1 - varies * Math.abs(Math.sin(chance(tooth))))
      return 0.3 + ((top - 0.3) * (at - tooth * period)) / period
    },
    noise(0.005, 8),
  )
}

function findingsOf(watcher: ReturnType<typeof trend>, wave: Wave, end: number): readonly Finding[] {
  const state = watcher.start()
  const told: Finding[] = []
  for (let at = 0; at < end; at += MINUTE) told.push(...watcher.push(state, wave(at), START + at, SIGNAL))
  return told.filter(({ state: of }) => of === 'open')
}
