import {
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  integerIn,
  numberIn,
  type Selector,
} from '../../../model/index.js'
import { season, type TimeWindow } from '../window.js'
import type { RemediationGuard } from './guard.js'
import { bench, budget, cooldown, uptime } from './limits.js'
import { betterFirst, exclusion, noReverse, oneAtATime } from './neighbours.js'
import { fresh, noRestart, OVERLOAD, target } from './sense.js'

/** How strict the {@link guardrails} are. */
export interface GuardrailOptions {
  /**
   * Runs of all playbooks in an hour. From 1 to 100. Or a function that is asked before each run, so that an error budget can loosen
   * or tighten it: then from 0, and whatever is no number is 0. @defaultValue 6
   */
  readonly perHour?: number | (() => number)
  /** Runs of all playbooks in a day, as `perHour`. From 1 to 400. @defaultValue 24 */
  readonly perDay?: number | (() => number)
  /** How much of a fleet may be worked on at once, where `targets` says of how many; one may always. From 0 to 1. @defaultValue 0.25 */
  readonly share?: number
  /** How long a process is left alone after its start. From 0 to 1 d. @defaultValue `'1m'` */
  readonly minUptime?: Duration
  /** When nothing is done: quiet hours, a maintenance. @defaultValue never */
  readonly quiet?: readonly TimeWindow[]
  /** Outside of these nothing is done. @defaultValue at any time */
  readonly only?: readonly TimeWindow[]
  /** The signals of load and heat, which forbid a restart. @defaultValue event loop, processor, pressure, temperature */
  readonly overload?: Selector
}

/**
 * The guards that are on by default, as a list: leave one out, or add your own.
 *
 * Beside them, and not to be left out: the limit of `attempts`, the off switch, and the check for room before a heavy step.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * const guards = [...guardrails({ perHour: 2, quiet: [{ from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' }] }), () => slo.frozen]
 */
export function guardrails(options: GuardrailOptions = {}): readonly RemediationGuard[] {
  checkOptions('guardrails', options, ['perHour', 'perDay', 'share', 'minUptime', 'quiet', 'only', 'overload'])
  const perHour = most('guardrails.perHour', options.perHour ?? 6, 100)
  const perDay = most('guardrails.perDay', options.perDay ?? 24, 400)
  const share = numberIn('guardrails.share', options.share ?? 0.25, 0, 1)
  const least = duration('guardrails.minUptime', options.minUptime ?? '1m', { min: 0, max: 864e5 })
  return [
    fresh,
    target(share),
    noRestart(options.overload ?? OVERLOAD),
    ...windows('quiet', options.quiet ?? [], true),
    ...windows('only', options.only ?? [], false),
    uptime(least),
    bench,
    cooldown,
    noReverse,
    exclusion,
    oneAtATime,
    betterFirst,
    budget(perHour, perDay),
  ]
}

/** A bound that may move. */
function most(field: string, given: number | (() => number), max: number): () => number {
  if (typeof given !== 'function') {
    const fixed = integerIn(field, given, 1, max)
    return () => fixed
  }
  return () => Math.min(max, Math.max(0, Math.floor(Number(given())) || 0))
}

function windows(name: 'quiet' | 'only', list: readonly TimeWindow[], quiet: boolean): readonly RemediationGuard[] {
  const field = `guardrails.${name}`
  if (!Array.isArray(list)) throw new ConfigError(field, 'a list of windows', list)
  const seasons = list.map((window, i) => season(`${field}[${i}]`, window))
  if (seasons.length === 0) return []
  return [
    {
      name: 'hours',
      between: true,
      check: ({ now }) =>
        seasons.some((each) => each.has(now)) === quiet ? 'it is not the time for repairs' : undefined,
      load: () => Promise.all(seasons.map((each) => each.load?.())),
    },
  ]
}
