import { lineOf, type Relation } from '../math/relation.js'
import type { Line } from '../math/theil-sen.js'
import { digits, figure, nameOf, type Signal } from '../model/index.js'
import type { CapacityPlan } from './capacity-options.js'

/** What a relation of load and resource says. Loads are in the demand's unit. */
export interface CapacityReport {
  /** The load at which the limit is met, and the band of that: 2 sigmas of the line's slope either way. */
  readonly load: number
  readonly low: number
  readonly high: number
  /** The busiest time of the last seven days. */
  readonly peak: number
  /** The part of `load` that is left at the peak: 0 where the limit is met, below 0 beyond it. */
  readonly headroom: number
  /** How many times the present capacity it takes to have the head-room that is wanted at the peak: above 1 is too little, 0.5 twice too much. */
  readonly size: number
  /** All of it in a sentence or two. */
  readonly advice: string
  /** As of when, in milliseconds. */
  readonly time: number
}

/** A slope of so many sigmas is one. */
const SURE = 3
const BAND = 2
/** A load beyond so many times what has been seen is a guess, and said to be. */
const SEEN = 2
/** What would do with less than this is worth saying. */
const SMALL = 0.7

/** `undefined` while the relation is not known, or there is none. */
export function reportOf(
  relation: Relation,
  peak: number,
  time: number,
  plan: CapacityPlan,
  signal: Signal,
  demand: Signal,
): CapacityReport | undefined {
  const line: Line = { centre: 0, value: 0, slope: 0, doubt: 0, noise: 0 }
  if (!lineOf(relation, line) || !(line.slope > SURE * line.doubt)) return undefined
  const loadWith = (slope: number): number => line.centre + (plan.limit - line.value) / slope
  const load = loadWith(line.slope)
  if (!(load > 0)) return undefined
  const ends = [loadWith(line.slope + BAND * line.doubt), loadWith(line.slope - BAND * line.doubt)]
  const known = { load, low: Math.max(0, Math.min(load, ...ends)), high: Math.max(load, ...ends) }
  const report = { ...known, peak, headroom: 1 - peak / load, size: peak / (load * (1 - plan.headroom)), time }
  return { ...report, advice: adviceOf(report, plan, signal, demand) }
}

function adviceOf(
  { load, low, high, peak, headroom, size }: Omit<CapacityReport, 'advice'>,
  plan: CapacityPlan,
  signal: Signal,
  demand: Signal,
): string {
  const of = (value: number): string => figure(value, demand.unit)
  const band = low === high ? '' : ` (${of(low)} to ${of(high)})`
  const guess = load > SEEN * peak ? ', far beyond what has been seen' : ''
  const met = `${nameOf(signal)} meets its limit of ${figure(plan.sign * plan.limit, signal.unit)} at ${of(load)} of ${nameOf(demand)}${band}${guess}`
  const left = headroom > 0 ? `${percent(headroom)} of head-room` : 'no head-room'
  return `${met}; the busiest time of the last week had ${of(peak)}, which leaves ${left}. ${sizing(size, plan)}`
}

function sizing(size: number, { headroom }: CapacityPlan): string {
  const wanted = `to have ${percent(headroom)} at such a time`
  if (size > 1) return `It takes ${digits(size)} times the capacity ${wanted}`
  if (size < SMALL) return `${percent(size)} of the capacity would do ${wanted}`
  return `The capacity is about right ${wanted}`
}

function percent(part: number): string {
  return `${digits(100 * part)} %`
}
