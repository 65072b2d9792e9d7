import type { Action } from './action.js'
import type { Alert } from './alert.js'
import type { AuditEntry } from './audit.js'
import type { Fault } from './fault.js'
import type { Feedback, Rating } from './feedback.js'
import type { Finding } from './finding.js'
import type { Health } from './health.js'
import type { Incident } from './incident.js'
import type { ObjectiveStatus } from './objective.js'
import type { Attributes, Handle, SignalOptions } from './signal.js'
import type { Source } from './source.js'
import type { Responder, Watcher } from './stage.js'

/** What can be listened to. Each value is immutable; a changed finding or incident comes again with the same id. */
export interface Events {
  readonly finding: Finding
  readonly incident: Incident
  /** An alert that a channel has accepted. */
  readonly alert: Alert
  readonly action: Action
  /** A line of the audit trail is on disk. */
  readonly audit: AuditEntry
  /** A check's status changed, or readiness did. */
  readonly health: Health
  readonly fault: Fault
  /** A person has said what a finding was worth. */
  readonly feedback: Feedback
}

/** What a budget accepts and what there was, in findings a day. */
export interface BudgetUse {
  /** False findings that are accepted, of all signals under a budget together. */
  readonly accepted: number
  /** Findings of the last seven days, or since the start, true ones included; on the first day, so far. */
  readonly found: number
}

/** Anything that can be added to a monitor. */
// biome-ignore lint/suspicious/noExplicitAny: a part's memory and orders are its own business
export type Part = Source | Watcher<any> | Responder<any, any>

/** What the monitor costs and what it has lost, counted since it was built. */
export interface Stats {
  /** Signals that are watched now. */
  readonly signals: number
  readonly observations: number
  readonly faults: number
  readonly findings: number
  readonly incidents: number
  /** What was not kept, by cause: `'not a finite number'`, `'too many signals'`, `'not running'`, `'too many findings'`, … */
  readonly dropped: Readonly<Record<string, number>>
  /** By watcher, for those that watch under a budget. */
  readonly budgets: Readonly<Record<string, BudgetUse>>
  /** How each objective stands. */
  readonly objectives: readonly ObjectiveStatus[]
  /** The longest block of the event loop by our own work, in milliseconds, since the last call. */
  readonly longestBlock: number
}

/** Which checks a health question is about. */
export interface HealthFilter {
  /** Only checks of one of these groups. */
  readonly groups?: readonly string[]
  /** Leave these checks out, by name. */
  readonly exclude?: readonly string[]
}

/** A running watch over one service. Built by `createMonitor`. After building, nothing that it does throws into the host. */
export interface Monitor {
  readonly service: string
  /** Restores the memory, then starts the sources. Resolves when observing has begun; never rejects. */
  start(): Promise<void>
  /** Ends the sources, saves the memory, lets running orders finish within their deadline. Never rejects. */
  stop(): Promise<void>
  /** Adds a part, also while running. The function that comes back takes it out again. */
  use(part: Part): () => void
  /**
   * Binds a signal for recording. The same name and attributes give the same signal.
   *
   * Never throws: a hostile name or attribute is cut to size, and past the limit of signals the handle counts and drops.
   */
  signal(name: string, options?: SignalOptions): Handle
  /**
   * Something has happened: a login, an API call, the outcome of a job. For watchers of events, such as `pattern()`; nothing is recorded or exported.
   *
   * Never throws: hostile names and attributes are cut to size, and past the limit of signals, to which each name counts, events are counted and dropped.
   *
   * @param name - what happened, of few kinds: `'login.failed'`. Whom and what it was about belongs into the attributes.
   */
  event(name: string, attributes?: Attributes): void
  /** From the last results; runs no check. */
  health(filter?: HealthFilter): Health
  /** Open findings and the latest closed ones, newest first. */
  findings(): readonly Finding[]
  /** Open incidents and the latest closed ones, newest first. */
  incidents(): readonly Incident[]
  /** The latest actions, newest first. */
  actions(): readonly Action[]
  /** The audit trail of all repairs, oldest first: from the store, so also what other lives of the service did. Never rejects. */
  audit(): Promise<readonly AuditEntry[]>
  /**
   * Approves a repair that waits for it. A token is good for one answer, until it expires. Never throws.
   *
   * @param by - who approves, for the audit trail.
   * @returns whether there is such a repair.
   */
  approve(token: string, by: string): boolean
  /** Declines a repair that waits for approval, as {@link approve}. */
  decline(token: string, by: string): boolean
  /**
   * Switches all repairs off, until {@link resume}: also over restarts, with a store. Obeyed between any two steps; a run that is cut
   * short by it is not taken back. Resolves with whether it is on disk; never rejects.
   */
  halt(reason: string): Promise<boolean>
  /** Switches repairs on again. Resolves with whether it is on disk; never rejects. */
  resume(): Promise<boolean>
  /**
   * Takes a person's word on a finding, or on all findings of an incident, by id: the watcher gets less or more sensitive about
   * those signals, within bounds, and remembers. Saying the same again changes nothing. Never throws.
   *
   * @returns whether there is such a finding or incident among those that {@link findings} and {@link incidents} list.
   */
  feedback(id: string, rating: Rating): boolean
  /** Listens. A listener that throws or rejects is a counted fault. The function that comes back stops listening. */
  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => unknown): () => void
  stats(): Stats
  /** Announces work that must finish before a shutdown: call the function that comes back when it has. */
  beacon(name: string): () => void
  /**
   * Turns readiness off, then waits until no beacon is lit, at most `deadline` milliseconds.
   * Resolves with the names of beacons still lit.
   */
  drain(deadline: number): Promise<readonly string[]>
}
