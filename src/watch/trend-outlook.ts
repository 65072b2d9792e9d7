import type { Forecast } from '../model/index.js'

/** What a forecast says of a limit. Times in milliseconds from now. */
export interface Outlook {
  /** Sigmas by which it is sure that the limit is crossed in time: as a Gaussian's, 0 for an even chance. */
  readonly score: number
  /** When it is crossed: most likely, and the band of that with the confidence on either side. */
  readonly at: number
  readonly low: number
  readonly high: number
  /** What says so, in a few words; `null` where there is nothing to add. */
  readonly statistic: string | null
}

/** A forecast so far ahead, as a height that rises to the limit; `undefined` where there is none. */
export type Foretell = (ahead: number) => Forecast | undefined

/** What is asked of a forecast. */
export interface Question {
  readonly limit: number
  /** How near the crossing must be, in milliseconds. */
  readonly within: number
  /** How many sigmas are sure enough, above 0, and how many the forecast's interval is wide. */
  readonly sure: number
  readonly width: number
}

/** The forecast is asked at so many times, from near to far, each so many times as far as the one before... */
const LOOKS = 40
const CLOSER = 1.15
/** ...and then between two of them, halving so often. */
const HALVINGS = 24
/** The crossing is looked for so much further than it must be near, so that one that recedes is still seen. */
const FURTHER = 2
/** Beyond doubt. */
const CERTAIN = 10
/** How much of the noise of single values is left in the level, at the least: the interval is no better known. */
const LEFT = 0.25

export const OUT_OF_SIGHT: Outlook = {
  score: 0,
  at: Number.POSITIVE_INFINITY,
  low: Number.POSITIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  statistic: null,
}
export const REACHED: Outlook = { score: CERTAIN, at: 0, low: 0, high: 0, statistic: null }

/**
 * When the level of a forecast crosses a limit. Single values vary about the level: what the interval holds of that, which is what it is wide at once,
 * is taken out of it, variance from variance.
 */
export function outlook(foretell: Foretell, question: Question, statistic: string | null): Outlook {
  const { limit, within, sure, width } = question
  const level = levelOf(foretell)
  const part = sure / width
  const far = FURTHER * within
  const edge = (side: -1 | 0 | 1) => (ahead: number) => {
    const { value, low, high } = level(ahead)
    return (side === 0 ? value : value + part * (side < 0 ? low - value : high - value)) - limit
  }
  const at = crossing(edge(0), far)
  if (at > far) return OUT_OF_SIGHT
  return {
    score: Math.max(0, surest(level, question)),
    at,
    low: Math.min(at, crossing(edge(1), far)),
    high: Math.max(at, Math.min(far, crossing(edge(-1), far))),
    statistic,
  }
}

const NOWHERE: Forecast = { value: Number.NaN, low: Number.NaN, high: Number.NaN }

function levelOf(foretell: Foretell): (ahead: number) => Forecast {
  const now = foretell(0) ?? NOWHERE
  return (ahead) => {
    const { value, low, high } = foretell(ahead) ?? NOWHERE
    return {
      value,
      low: value - without(value - low, now.value - now.low),
      high: value + without(high - value, now.high - now.value),
    }
  }
}

function without(whole: number, noise: number): number {
  const least = LEFT * noise
  return Math.sqrt(Math.max(whole * whole - noise * noise, least * least))
}

/** The first time at which it is not below 0; `Infinity` when it is not. */
function crossing(over: (ahead: number) => number, far: number): number {
  if (over(0) >= 0) return 0
  let before = 0
  for (let look = LOOKS; look >= 0; look--) {
    const ahead = far / CLOSER ** look
    if (over(ahead) >= 0) return between(over, before, ahead)
    before = ahead
  }
  return Number.POSITIVE_INFINITY
}

function between(over: (ahead: number) => number, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2
    if (over(middle) >= 0) high = middle
    else low = middle
  }
  return high
}

/** How many sigmas of its interval the level is above the limit, at the most, in time. */
function surest(level: (ahead: number) => Forecast, { limit, within, width }: Question): number {
  let most = Number.NEGATIVE_INFINITY
  for (let look = LOOKS; look >= 0; look--) {
    const { value, low } = level(within / CLOSER ** look)
    const over = value - limit
    const sigma = (value - low) / width
    const sigmas = over > CERTAIN * sigma ? CERTAIN : over === 0 ? 0 : over / sigma
    if (sigmas > most) most = Math.max(-CERTAIN, sigmas)
  }
  return most
}
