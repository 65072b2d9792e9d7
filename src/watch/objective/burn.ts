import { type Rings, sums, sumsOver } from '../../math/rings.js'

/** A rule of two windows: both must burn so fast. */
export interface Tier {
  readonly severity: 'warning' | 'critical'
  readonly long: number
  readonly short: number
  /** How many times too fast, 1 spending the budget just in its window. */
  readonly factor: number
}

/** What is asked of the rings. */
export interface Budget {
  /** The part of events that may be bad. */
  readonly allowed: number
  /** Of the budget, in milliseconds. */
  readonly window: number
  /** Bad events below which nothing is said. */
  readonly minBad: number
  /** Whether events are counted, so that chance plays a part; time is not. */
  readonly counts: boolean
  /** The width of the coarsest slots, in milliseconds. */
  readonly coarse: number
}

const [MINUTE, HOUR, DAY] = [6e4, 36e5, 864e5]
/** Part of the budget that is spent, long window, short window: Google's workbook, chapter 5. */
const RULES = [
  ['critical', 0.02, HOUR, 5 * MINUTE],
  ['critical', 0.05, 6 * HOUR, 30 * MINUTE],
  ['warning', 0.1, DAY, 2 * HOUR],
  ['warning', 0.1, 3 * DAY, 6 * HOUR],
] as const
/** One-sided 95 %. */
const Z = 1.6448536269514722

/** The rules for a budget's window: those that burn faster than it lasts. */
export function tiersOf(window: number): readonly Tier[] {
  return RULES.map(([severity, spent, long, short]) => ({
    severity,
    long,
    short,
    factor: (spent * window) / long,
  })).filter(({ factor }) => factor >= 1)
}

/** How many times too fast the budget was spent in a window; `NaN` when nothing came. */
export function burnOver(rings: Rings, { allowed, coarse }: Budget, time: number, span: number): number {
  sumsOver(rings, coarse, time, span)
  const total = sums[1] as number
  return total > 0 ? Math.max(0, sums[0] as number) / total / allowed : Number.NaN
}

/** Whether a rule holds: both windows burn, and the long one not by chance. */
export function holds(rings: Rings, budget: Budget, tier: Tier, time: number): boolean {
  if (!(burnOver(rings, budget, time, tier.short) >= tier.factor)) return false
  if (!(burnOver(rings, budget, time, tier.long) >= tier.factor)) return false
  const bad = sums[0] as number
  return !budget.counts || (bad >= budget.minBad && wilson(bad, sums[1] as number) >= budget.allowed)
}

/** The lower end of what the share of bad events may be, at 95 %. @see Wilson, "Probable inference", 1927. */
function wilson(bad: number, total: number): number {
  const share = Math.min(1, bad / total)
  const z2 = Z * Z
  const middle = share + z2 / (2 * total)
  const reach = Z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total))
  return (middle - reach) / (1 + z2 / total)
}
