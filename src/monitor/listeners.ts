import { type Events, oneOf } from '../model/index.js'
import type { Guard } from './guard.js'

/** Listeners of one event; more than this many are refused, since it is a leak. */
const MOST = 1_000
const NAMES: readonly (keyof Events)[] = [
  'finding',
  'incident',
  'alert',
  'action',
  'audit',
  'health',
  'fault',
  'feedback',
]

/** Typed events whose listeners can do no harm. */
export class Listeners {
  /** Events so far. */
  told = 0
  readonly #byEvent = new Map<keyof Events, Set<(value: never) => unknown>>()

  constructor(private readonly guard: Guard) {}

  /** @throws ConfigError when there is no such event: a listener that is never called is a mistake that nobody notices. */
  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => unknown): () => void {
    oneOf('on(event)', event, NAMES)
    const listeners = this.#byEvent.get(event) ?? new Set()
    this.#byEvent.set(event, listeners)
    const own = (value: Events[K]): unknown => listener(value)
    if (listeners.size < MOST) listeners.add(own)
    else this.guard.fault(`on('${event}')`, `more than ${MOST} listeners`)
    return () => void listeners.delete(own)
  }

  emit<K extends keyof Events>(event: K, value: Events[K]): void {
    this.told++
    for (const listener of this.#byEvent.get(event) ?? []) {
      this.guard.run(`on('${event}')`, () => (listener as (value: Events[K]) => unknown)(value), undefined)
    }
  }
}
