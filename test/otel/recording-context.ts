import { type Context, type Handle, nameOf, type Signal, type SignalOptions } from '../../src/model/index.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.js'

/** A context that keeps what is recorded: real handles, a real clock, no monitor. */
export interface RecordingContext extends Context {
  readonly clock: VirtualClock
  readonly faults: unknown[]
  /** Signals by their one-line name, as often as they were bound. */
  readonly bound: Signal[]
  /** All values of a signal, in order. */
  values(name: string): readonly number[]
  /** The last value of a signal; `undefined` while it has none. */
  last(name: string): number | undefined
  /** Every signal that has a value, sorted. Our own costs are left out. */
  names(): readonly string[]
  unit(name: string): string | undefined
  /** Forgets the values so far. */
  clear(): void
  /** Ends the part. */
  stop(): void
}

export function recordingContext(clock: VirtualClock = virtualClock()): RecordingContext {
  const ended = new AbortController()
  const series = new Map<string, { signal: Signal; values: number[] }>()
  const bound: Signal[] = []
  const faults: unknown[] = []
  return {
    service: 'test',
    clock,
    abort: ended.signal,
    store: {
      get: async () => undefined,
      set: async () => {},
      delete: async () => {},
      keys: async () => [],
    },
    audit: { append: async () => {}, read: async () => [] },
    save: async () => {},
    faults,
    bound,
    signal(name: string, options: SignalOptions = {}): Handle {
      const signal: Signal = { name, unit: options.unit ?? '1', attributes: { ...options.attributes } }
      bound.push(signal)
      const key = nameOf(signal)
      const entry = series.get(key) ?? { signal, values: [] }
      series.set(key, entry)
      return { signal, record: (value) => void entry.values.push(value) }
    },
    health() {},
    report() {},
    acted() {},
    alerted() {},
    feedback: () => false,
    fault: (error) => void faults.push(error),
    values: (name) => series.get(name)?.values ?? [],
    last: (name) => series.get(name)?.values.at(-1),
    names: () =>
      [...series]
        .filter(([name, { values }]) => values.length > 0 && !name.startsWith('pi_uptime.'))
        .map(([name]) => name)
        .sort(),
    unit: (name) => series.get(name)?.signal.unit,
    clear() {
      for (const { values } of series.values()) values.length = 0
    },
    stop: () => ended.abort(),
  }
}
