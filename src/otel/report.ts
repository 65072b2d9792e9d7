import type { Clock, Events, Fault, Monitor } from '../model/index.js'
import { Counts } from './counts.js'
import {
  actionEvent,
  alertEvent,
  auditEvent,
  faultEvent,
  feedbackEvent,
  findingEvent,
  healthEvent,
  incidentEvent,
  type LogEvent,
} from './log-event.js'
import { OwnMetrics, SCOPE } from './own-metrics.js'
import { type Providers, providersOf } from './providers.js'
import { Turns } from './turns.js'

/** Where to report to. */
export interface ReportOptions {
  /** A `MeterProvider`. @defaultValue the global one, also when it is registered later */
  readonly meterProvider?: unknown
  /** A `LoggerProvider`. @defaultValue the global one where the logs API is installed */
  readonly loggerProvider?: unknown
  /** For looking again now and then whether a provider has been registered; without it, only events are an occasion to look. */
  readonly clock?: Clock
}

/** The first look for a late provider comes after so long, each further one after twice as long, up to {@link LAST_LOOK}. */
const FIRST_LOOK = 1_000
const LAST_LOOK = 60_000

/**
 * Exports what a monitor sees and does through OpenTelemetry: findings, incidents, alerts, actions, health and own costs as
 * metrics, and their turns as log events.
 *
 * Never throws, and never rejects but when `@opentelemetry/api` cannot be loaded.
 *
 * @returns what ends it.
 */
export async function report(monitor: Monitor, options: ReportOptions = {}): Promise<() => void> {
  const providers = await providersOf(options)
  const counts = new Counts()
  const metrics = new OwnMetrics(monitor, counts)
  const ended = new AbortController()
  const look = (): boolean => lookFor(providers, metrics)
  const ends = listen(monitor, counts, (event) => {
    look()
    emit(providers, event)
  })
  if (!look() && options.clock) void lookAgain(look, options.clock, ended.signal)
  return () => {
    ended.abort()
    for (const end of ends) end()
    metrics.end()
  }
}

/** Every turn is counted and told once, however often the value comes again. */
function listen(monitor: Monitor, counts: Counts, tell: (event: LogEvent) => void): (() => void)[] {
  const findings = new Turns()
  const incidents = new Turns()
  const on = <K extends keyof Events>(name: K, hear: (value: Events[K]) => LogEvent | undefined) =>
    monitor.on(name, (value) => {
      const event = hear(value)
      if (event) tell(event)
    })
  return [
    on('finding', (finding) => {
      const turn = findings.of(finding)
      if (turn === 'opened') counts.finding(finding)
      return turn && findingEvent(finding)
    }),
    on('incident', (incident) => {
      const turn = incidents.of(incident)
      if (turn === 'opened') counts.incident(incident)
      return turn && incidentEvent(incident)
    }),
    on('alert', (alert) => {
      counts.alert(alert)
      return alertEvent(alert)
    }),
    on('action', (action) => {
      counts.action(action)
      return actionEvent(action)
    }),
    on('audit', (entry) => {
      counts.audit(entry)
      return auditEvent(entry)
    }),
    on('health', healthEvent),
    on('feedback', (feedback) => {
      counts.rated(feedback)
      return feedbackEvent(feedback)
    }),
    on('fault', (fault) => {
      counts.fault(fault)
      return isTelling(fault) ? faultEvent(fault) : undefined
    }),
  ]
}

/** A part that keeps failing must not flood the log: the first ten failures, then the 100th, the 1,000th … */
function isTelling({ count }: Fault): boolean {
  return count <= 10 || /^10+$/.test(String(count))
}

/** Whether a real provider is there; our metrics are then bound to it. */
function lookFor(providers: Providers, metrics: OwnMetrics): boolean {
  try {
    const provider = providers.meters()
    if (metrics.provider !== provider && providers.isLive(provider)) metrics.bind(provider)
    return metrics.provider === provider
  } catch {
    return false
  }
}

async function lookAgain(look: () => boolean, clock: Clock, ended: AbortSignal): Promise<void> {
  for (let wait = FIRST_LOOK; !ended.aborted && !look(); wait = Math.min(2 * wait, LAST_LOOK))
    await clock.sleep(wait, ended)
}

/** A logger that throws is somebody else's, and a fault of it would be told through it again. */
function emit(providers: Providers, event: LogEvent): void {
  try {
    providers.loggers()?.getLogger(SCOPE).emit(event)
  } catch {
    // the event is lost; the metrics have counted it
  }
}
