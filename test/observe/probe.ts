import { memoryStore } from '../../src/edge/index.js'
import {
  type AttributeValue,
  type CheckResult,
  type Clock,
  type Context,
  type Finding,
  messageOf,
  type Signal,
  type Source,
  type Store,
} from '../../src/model/index.js'
import type { CheckReport } from '../../src/observe/verdict.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.js'

/** A source, running against a context that writes down what comes. */
export interface Probe<C extends Clock = VirtualClock> {
  readonly clock: C
  readonly reports: CheckReport[]
  readonly emitted: { readonly name: string; readonly value: number; readonly signal: Signal; readonly time: number }[]
  readonly ended: Promise<void>
  readonly faults: string[]
  last(): CheckReport
  /** The latest value of a signal, by its name and the values of its attributes. */
  value(name: string, ...attributes: readonly AttributeValue[]): number | undefined
  /** Resolves when the source sleeps, however long its real I/O takes. */
  asleep(): Promise<void>
  stop(): void
}

export function probe(source: Source): Probe
export function probe<C extends Clock>(source: Source, clock: C, store?: Store): Probe<C>
export function probe(source: Source, clock: Clock = virtualClock(), store: Store = memoryStore()): Probe<Clock> {
  const life = new AbortController()
  const faults: string[] = []
  const reports: CheckReport[] = []
  const emitted: Probe['emitted'] = []
  const unused = (): never => {
    throw new Error('not expected of a source')
  }
  const context: Context = {
    service: 'shop',
    clock,
    abort: life.signal,
    store,
    audit: { append: unused, read: unused },
    save: unused,
    signal: unused,
    health: (result: CheckResult) => reports.push(result),
    report: (_: Finding) => unused(),
    acted: unused,
    alerted: unused,
    feedback: unused,
    fault: (error) => faults.push(messageOf(error)),
  }
  const ended = Promise.resolve(
    source.start((signal, value) => emitted.push({ name: signal.name, value, signal, time: clock.now() }), context),
  )
  return {
    clock,
    reports,
    emitted,
    ended,
    faults,
    last: () => reports.at(-1) as CheckReport,
    value: (name, ...attributes) =>
      emitted.findLast((one) => one.name === name && Object.values(one.signal.attributes).join() === attributes.join())
        ?.value,
    async asleep() {
      while ((clock as VirtualClock).sleepers === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    },
    stop: () => life.abort(),
  }
}
