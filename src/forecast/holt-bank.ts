import { within } from '../detect/level-state.js'
import { pulled } from '../math/pulled.js'

/**
 * Several exponential smoothings of a level and its trend side by side, from slow to fast: the one whose errors one step ahead have been
 * smallest speaks. For each a level, a trend a step, and the mean square of its errors. Plain data.
 */
export type Bank = Float64Array

/** How much of an error moves the level, and how much of that the trend. */
const SETTINGS = [
  [0.02, 0.05],
  [0.1, 0.02],
  [0.1, 0.2],
  [0.3, 0.02],
  [0.3, 0.2],
  [0.6, 0.1],
  [0.95, 0.02],
  [0.95, 0.4],
] as const
const WIDTH = 3
/** Errors are remembered for about so many steps, and pulled in where they are so many times the usual. */
const MEMORY = 100
const REACH = 4

export function emptyBank(): Bank {
  return new Float64Array(SETTINGS.length * WIDTH)
}

/** The first value is the level of all. */
export function openBank(bank: Bank, value: number): void {
  for (let at = 0; at < bank.length; at += WIDTH) bank[at] = value
}

/**
 * Learns a value that came `gap` steps after the one before.
 *
 * @param damping - how much of a trend is left after a step.
 * @param count - values before this one.
 */
export function learnBank(bank: Bank, value: number, gap: number, damping: number, count: number): void {
  const keep = damping ** gap
  const ahead = reachOf(gap, damping)
  const weight = 1 / Math.min(MEMORY, count)
  for (let i = 0; i < SETTINGS.length; i++) {
    const at = i * WIDTH
    const [alpha, beta] = SETTINGS[i] as readonly [number, number]
    const [level, trend, square] = [bank[at] as number, bank[at + 1] as number, bank[at + 2] as number]
    const foretold = within(level + ahead * trend)
    const off = value - foretold
    const error = square > 0 ? pulled(off, REACH * Math.sqrt(square)) : off
    const share = Math.max(1 / (count + 1), 1 - (1 - alpha) ** gap)
    bank[at] = within(foretold + share * error)
    bank[at + 1] = within(keep * trend + (share * beta * error) / Math.max(gap, 1))
    bank[at + 2] = square + weight * (error * error - square)
  }
}

/** What will be `ahead` steps after the last value, by the best. */
export function foretellBank(bank: Bank, ahead: number, damping: number): number {
  let best = 0
  for (let at = WIDTH; at < bank.length; at += WIDTH) {
    if ((bank[at + 2] as number) < (bank[best + 2] as number)) best = at
  }
  return within((bank[best] as number) + reachOf(ahead, damping) * (bank[best + 1] as number))
}

/** By how many times its present size a trend that fades has carried the level after so many steps. */
function reachOf(steps: number, damping: number): number {
  return damping === 1 ? steps : (damping * (1 - damping ** steps)) / (1 - damping)
}
