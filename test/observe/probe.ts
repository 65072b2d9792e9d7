import type { CheckResult, Clock, Context, Finding, Signal, Source } from '../../src/model/index.js'
import type { CheckReport } from '../../src/observe/verdict.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.js'

/** A source, running against a context that writes down what comes. */
export interface Probe<C extends Clock = VirtualClock> {
  readonly clock: C
  readonly reports: CheckReport[]
  readonly emitted: { readonly name: string; readonly value: number; readonly signal: Signal }[]
  readonly ended: Promise<void>
  last(): CheckReport
  stop(): void
}

export function probe(source: Source): Probe
export function probe<C extends Clock>(source: Source, clock: C): Probe<C>
export function probe(source: Source, clock: Clock = virtualClock()): Probe<Clock> {
  const life = new AbortController()
  const reports: CheckReport[] = []
  const emitted: Probe['emitted'] = []
  const unused = (): never => {
    throw new Error('not expected of a source')
  }
  const context: Context = {
    service: 'shop',
    clock,
    abort: life.signal,
    store: { get: unused, set: unused, delete: unused, keys: unused },
    audit: { append: unused, read: unused },
    save: unused,
    signal: unused,
    health: (result: CheckResult) => reports.push(result),
    report: (_: Finding) => unused(),
    acted: unused,
    alerted: unused,
    feedback: unused,
    fault: unused,
  }
  const ended = Promise.resolve(
    source.start((signal, value) => emitted.push({ name: signal.name, value, signal }), context),
  )
  return { clock, reports, emitted, ended, last: () => reports.at(-1) as CheckReport, stop: () => life.abort() }
}
