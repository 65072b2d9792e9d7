import { type Echo, emptyEcho, learnEcho, periodIn } from './echo.js'

/** What is needed to detect a period. Plain data. */
export interface Listening {
  readonly echo: Echo
  /** The bin under way: five minutes since the epoch, the sum of its values and their number. */
  bin: number
  sum: number
  count: number
}

const BIN = 5 * 60_000
/** The longest period that is detected is half a day: the day itself is known without. */
const LAGS = 146
/** A period is asked for every so many bins: each hour. */
const ASK = 12
/** A gap of more bins than this ends what was heard. */
const GAP = 12
/** Values are cut so that squares of them fit into 32 bits. */
const LARGEST = 1e15

export function startListening(): Listening {
  return { echo: emptyEcho(LAGS), bin: 0, sum: 0, count: 0 }
}

/**
 * Hears a value.
 *
 * @returns the period in milliseconds, where a bin ended, it was time to ask, and there is one; else 0.
 */
export function listen(listening: Listening, value: number, time: number): number {
  const bin = Math.floor(time / BIN)
  if (bin === listening.bin || listening.count === 0) {
    hear(listening, bin, value)
    return 0
  }
  const { echo } = listening
  const mean = listening.sum / listening.count
  const bins = bin - listening.bin
  if (bins > GAP) forget(echo)
  else for (let i = 0; i < bins; i++) learnEcho(echo, mean)
  listening.sum = 0
  listening.count = 0
  const due = Math.floor(bin / ASK) !== Math.floor(listening.bin / ASK)
  hear(listening, bin, value)
  return due ? BIN * periodIn(echo) : 0
}

function hear(listening: Listening, bin: number, value: number): void {
  listening.bin = bin
  listening.sum += Math.max(-LARGEST, Math.min(LARGEST, value))
  listening.count++
}

function forget(echo: Echo): void {
  echo.ring.fill(0)
  echo.products.fill(0)
  echo.mean = 0
  echo.seen = 0
}
