import type { Context } from './context.js'
import type { Rating } from './feedback.js'
import type { Finding } from './finding.js'
import type { Incident } from './incident.js'
import type { ObjectiveStatus } from './objective.js'
import type { Attributes, Signal } from './signal.js'

/**
 * One step of the flow: things in, things out, memory kept by the monitor. Synchronous, holds no timer, gets time as a value.
 *
 * `S` is plain data, as for a `Detector`. `now` is in milliseconds and never goes back.
 */
export interface Stage<In, Out, S = unknown> {
  /** `name@version`. Memory saved under another name is not loaded. */
  readonly name: string
  start(): S
  push(state: S, input: In, now: number): readonly Out[]
  /** Time passes and nothing arrives. */
  tick(state: S, now: number): readonly Out[]
}

/** A part of a monitor whose work is in a module of its own, so that those who import it without using it do not pay for it. */
export interface Loaded {
  /**
   * Gets what the part works with, such as a module by `import()`. Awaited once a start, before anything else is asked of the part,
   * for at most 10 s. @defaultValue nothing is awaited
   */
  load?(): Promise<unknown>
}

/**
 * Turns the observations of one signal into findings. The monitor keeps one memory for each signal that it matches, or one for
 * all signals of a {@link Watcher.group}.
 */
export interface Watcher<S = unknown> extends Loaded {
  /** `name@version`. Memory saved under another name is not loaded. */
  readonly name: string
  /** Whether to watch this signal; asked once, when the signal is first seen. */
  matches(signal: Signal): boolean
  start(): S
  /**
   * The group of a signal, at most 255 characters; asked once, when the signal is first seen. Signals of one group share one
   * memory, which `start` makes for the first of them and which goes with the last. `push` and `tick` are still called for each
   * signal, with that memory. @defaultValue each signal by itself
   */
  group?(signal: Signal): string
  /** The hot path: return {@link NONE} when there is nothing to say. */
  push(state: S, value: number, time: number, signal: Signal): readonly Finding[]
  /**
   * Takes an event of `monitor.event()` in: its name is the signal's attribute `event.name`. A watcher that has this is asked to watch events only, and
   * is given no numbers; one that has not is given no events.
   */
  hear?(state: S, attributes: Attributes, time: number, signal: Signal): readonly Finding[]
  /** Time passes and nothing arrives. */
  tick(state: S, time: number, signal: Signal): readonly Finding[]
  /**
   * Agrees on the false findings a millisecond that are accepted for one signal. Told, now and then, the signal's share of the
   * monitor's budget, 0 when it has none; answers what the watcher goes by: that share, a budget of its own, or 0.
   */
  share?(state: S, share: number): number
  /** How its objective stands, as of the last look; `undefined` before it. For watchers that have one: exported as metrics. */
  status?(): ObjectiveStatus | undefined
  /** What a person says of a finding about this signal; look at `finding.watcher`, since it may be another watcher's. */
  feedback?(state: S, rating: Rating, finding: Finding): void
}

/** Groups findings into incidents. */
export type Correlator<S = unknown> = Stage<Finding, Incident, S>

/** What became of an order. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string }

/** What a person says to a question of a responder. */
export interface Answer {
  /** What the question was asked with. */
  readonly token: string
  readonly approve: boolean
  /** Who says so, for the audit trail. */
  readonly by: string
}

/**
 * What happens about an incident. Deciding is a {@link Stage}; `perform` is the only part of the flow that does I/O.
 */
export interface Responder<Order = unknown, S = unknown> extends Stage<Incident, Order, S>, Loaded {
  /**
   * `name@version` of a memory that several responders share: `start` makes it for the first of them. @defaultValue each has a
   * memory of its own, under its `name`
   */
  readonly memory?: string
  /** Carries an order out. May reject, throw, or hang: the monitor ends it at the deadline. */
  perform(order: Order, context: Context): Promise<unknown>
  /** Learns what became of an order, and may order more. */
  settled?(state: S, order: Order, outcome: Outcome, now: number): readonly Order[]
  /** A person's answer to what was asked; may order more. `undefined` when it was not asked here, or not any more. */
  answer?(state: S, answer: Answer, now: number): readonly Order[] | undefined
  /** How long `perform` may take, in milliseconds. @defaultValue 30_000 */
  readonly deadline?: number
  /** Whether the memory holds work that a tick must drive. @defaultValue the monitor ticks at its idle pace */
  busy?(state: S): boolean
}

/** The empty answer, shared so that saying nothing costs nothing. */
export const NONE: readonly never[] = Object.freeze([])
