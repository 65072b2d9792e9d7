import { noteSeen } from '../../math/bloom.js'
import { countOf, countThing, halve } from '../../math/count-min.js'
import { hashOf } from '../../math/hash.js'
import { countKey } from '../../math/heavy.js'
import { sigmasOf, sigmasOfLog } from '../../math/normal.js'
import { learnTransition, placeOfName, surpriseOf } from '../../math/transitions.js'
import { type Attributes, digits } from '../../model/index.js'
import type { PatternPlan } from './pattern-options.js'
import type { Lasts, Novelty, Pairs, PatternState } from './pattern-state.js'

/** Something odd, at once or at the end of a count. */
export interface Notice {
  /** What of: one goes on at a time of each. */
  readonly kind: string
  readonly score: number
  /** How many, and what was usual. */
  readonly value: number
  readonly usual?: { readonly value: number; readonly low: number; readonly high: number }
  readonly summary: string
}

/** Events before a new value, or a new pair, can be odd. */
const ENOUGH = 500
/** A new value is odd where no more than one in so many events is new... */
const RARE = 500
/** ...and a pair that never came, where so many would have. */
const EXPECTED = 20
/** Half of what was counted is forgotten at so many. */
const MEMORY = 200_000
/** A step counts against whom it is of by what it is more improbable than usual, and by so many bits more. */
const SLACK = 1
/** The usual improbability is a mean over so many steps. */
const STEPS = 10_000

/** Takes an event into the counts, and says what is odd about it by itself. */
export function notice(
  state: PatternState,
  plan: PatternPlan,
  event: string,
  attributes: Attributes,
): readonly Notice[] {
  const key = textOf(attributes, plan.by)
  if (key !== undefined) {
    countKey(state.heavy, key, plan.distinct === undefined ? undefined : textOf(attributes, plan.distinct))
    if (!noteSeen(state.keys, key)) state.freshKeys++
    if (plan.sequences) walk(state, key, event)
  }
  const found: Notice[] = []
  plan.novel.forEach((attribute, i) => {
    const value = textOf(attributes, attribute)
    const odd = value === undefined ? undefined : novel(state.novelties[i] as Novelty, event, attribute, value)
    if (odd) found.push(odd)
  })
  plan.pairs.forEach(([one, other], i) => {
    const [a, b] = [textOf(attributes, one), textOf(attributes, other)]
    if (a === undefined || b === undefined) return
    const odd = impossible(state.pairs[i] as Pairs, event, `${one} ${a}`, `${other} ${b}`)
    if (odd) found.push(odd)
  })
  return found
}

function novel(novelty: Novelty, event: string, attribute: string, value: string): Notice | undefined {
  const before = novelty.events
  const rate = (novelty.fresh + 1) / (before + 2)
  const isNew = !noteSeen(novelty.seen, value)
  novelty.events++
  if (isNew) novelty.fresh++
  if (novelty.events >= MEMORY) {
    novelty.events /= 2
    novelty.fresh /= 2
  }
  if (!isNew || before < ENOUGH || rate > 1 / RARE) return undefined
  const summary = `${event}: ${attribute} ${value} was never seen before; one event in ${digits(Math.round(1 / rate))} has a new one`
  return { kind: `new ${attribute}`, score: sigmasOf(rate), value: 1, summary }
}

function impossible(pairs: Pairs, event: string, one: string, other: string): Notice | undefined {
  const { counts, events } = pairs
  const both = `${one}\n${other}`
  const expected = (countOf(counts, one) * countOf(counts, other)) / Math.max(1, events)
  const isNew = countOf(counts, both) < 0.5
  for (const thing of [one, other, both]) countThing(counts, thing)
  pairs.events++
  if (pairs.events >= MEMORY) {
    halve(counts)
    pairs.events /= 2
  }
  if (!isNew || events < ENOUGH || expected < EXPECTED) return undefined
  const summary = `${event}: ${one} with ${other} never came before, though ${digits(expected)} times were to be expected`
  return { kind: 'combination', score: sigmasOfLog(-expected), value: 1, summary }
}

/** Follows what each does: steps that are less probable than usual add up. */
function walk(state: PatternState, key: string, event: string): void {
  const { transitions, lasts } = state
  const hash = hashOf(key, 9)
  const place = hash % lasts.tags.length
  const to = placeOfName(transitions, event)
  const isKnown = lasts.tags[place] === hash
  const from = lasts.names[place] as number
  lasts.tags[place] = hash
  lasts.names[place] = to
  if (!isKnown) {
    lasts.sums[place] = 0
    return
  }
  const surprise = surpriseOf(transitions, from, to)
  learnTransition(transitions, from, to)
  const sum = Math.max(0, (lasts.sums[place] as number) + surprise - lasts.usual - SLACK)
  lasts.usual += (surprise - lasts.usual) / Math.min(STEPS, ++lasts.steps)
  lasts.sums[place] = sum
  if (sum <= state.oddest) return
  state.oddest = sum
  state.odd = `${key}, ${transitions.names[from] ?? 'another'} then ${transitions.names[to] ?? 'another'}`
}

/** What was improbable a while ago counts ever less. */
export function forgetHalf({ sums }: Lasts): void {
  for (let place = 0; place < sums.length; place++) sums[place] = (sums[place] as number) / 2
}

/** A value as text; `undefined` where there is none. */
function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name]
  return value === undefined ? undefined : String(value)
}
