import type { BatchObservableResult, Meter, MeterProvider, Observable } from '@opentelemetry/api'
import {
  ATTRIBUTE,
  type Attributes,
  type HealthStatus,
  METRIC,
  type Monitor,
  type ObjectiveStatus,
} from '../model/index.js'
import type { Counts } from './counts.js'
import { Tally } from './tally.js'

/** The instrumentation scope of all that the library says of itself. */
export const SCOPE = 'pi-uptime'

const LEVEL: Readonly<Record<HealthStatus, number>> = { pass: 1, warn: 0.5, fail: 0 }
/** So many checks are exported one by one. */
const MOST_CHECKS = 500

type Name = Exclude<keyof typeof METRIC, `outbox${string}`>

const COUNTED = [
  ...(['findings', 'incidents', 'alerts', 'actions', 'refusals'] as const),
  ...(['detecting', 'repairing', 'faults', 'feedback'] as const),
]

/** Kind, unit and description of each metric. */
const INSTRUMENTS: Readonly<Record<Name, readonly ['gauge' | 'counter', string, string]>> = {
  findingsOpen: ['gauge', '{finding}', 'Findings that are open'],
  findings: ['counter', '{finding}', 'Findings that were opened'],
  findingsBudget: ['gauge', '{finding}/d', 'False findings a day that are accepted, of all signals under a budget'],
  findingsRate: ['gauge', '{finding}/d', 'Findings a day under a budget, over the last seven days'],
  feedback: ['counter', '{finding}', 'Findings that were rated by people'],
  incidentsOpen: ['gauge', '{incident}', 'Incidents that are open'],
  incidents: ['counter', '{incident}', 'Incidents that were opened'],
  alerts: ['counter', '{alert}', 'Alerts that a channel has accepted'],
  actions: ['counter', '{action}', 'Steps in the course of remediations, by outcome'],
  refusals: ['counter', '{refusal}', 'Remediations that a guard has refused'],
  detecting: ['counter', 's', 'Time from the onset to the first step of a remediation, summed over those that started'],
  repairing: ['counter', 's', 'Time from the onset to the proof that it was repaired, summed over those that helped'],
  faults: ['counter', '{fault}', 'Failures of the library and of the code it was given'],
  signals: ['gauge', '{signal}', 'Signals that are watched'],
  observations: ['counter', '{observation}', 'Observations taken'],
  dropped: ['counter', '{observation}', 'What was not kept, by cause'],
  checkStatus: ['gauge', '1', 'Health checks: 1 pass, 0.5 warn, 0 fail'],
  ready: ['gauge', '1', 'Readiness: 1 pass, 0.5 warn, 0 fail'],
  passDuration: ['gauge', 's', 'The longest block of the event loop by the library since the last collection'],
  budgetRemaining: ['gauge', '1', 'The part of the error budget that is left'],
  burnRate: ['gauge', '1', 'How many times too fast the error budget was spent, by window'],
  budgetExhaustion: ['gauge', 's', 'Until the error budget is spent, at the pace of the last hour'],
}

/**
 * The monitor as OpenTelemetry metrics: observable all of them, so that nothing is counted twice or lost when the provider comes
 * late or changes.
 */
export class OwnMetrics {
  #bound: { readonly provider: MeterProvider; unbind(): void } | undefined
  #ending = false
  readonly #open = { findings: new Tally(), incidents: new Tally() }

  constructor(
    private readonly monitor: Monitor,
    private readonly counts: Counts,
  ) {}

  /** Which provider is observed through. */
  get provider(): MeterProvider | undefined {
    return this.#bound?.provider
  }

  /** Observes through this provider from now on, and no longer through another. */
  bind(provider: MeterProvider): void {
    this.unbind()
    const meter = provider.getMeter(SCOPE)
    const observables = Object.fromEntries(
      Object.entries(INSTRUMENTS).map(([name, traits]) => [name, instrument(meter, METRIC[name as Name], traits)]),
    ) as Record<Name, Observable>
    const all = Object.values(observables)
    const observe = (result: BatchObservableResult): void => this.#observe(result, observables)
    meter.addBatchObservableCallback(observe, all)
    this.#bound = { provider, unbind: () => meter.removeBatchObservableCallback(observe, all) }
  }

  unbind(): void {
    this.#bound?.unbind()
    this.#bound = undefined
  }

  /** Observes once more, as the monitor stands then: the SDK repeats a gauge's last value for ever. */
  end(): void {
    this.#ending = true
  }

  #observe(result: BatchObservableResult, to: Record<Name, Observable>): void {
    if (this.#ending) this.unbind()
    const { monitor, counts } = this
    const stats = monitor.stats()
    result.observe(to.signals, stats.signals)
    result.observe(to.observations, stats.observations)
    result.observe(to.passDuration, stats.longestBlock / 1000)
    for (const [cause, count] of Object.entries(stats.dropped))
      result.observe(to.dropped, count, { [ATTRIBUTE.cause]: cause })
    for (const name of COUNTED) {
      for (const [count, attributes] of counts[name]) result.observe(to[name], count, attributes)
    }
    for (const [watcher, { accepted, found }] of Object.entries(stats.budgets)) {
      result.observe(to.findingsBudget, accepted, { [ATTRIBUTE.watcher]: watcher })
      result.observe(to.findingsRate, found, { [ATTRIBUTE.watcher]: watcher })
    }
    for (const status of stats.objectives) observeObjective(result, status, to)
    for (const [count, attributes] of this.#openFindings()) result.observe(to.findingsOpen, count, attributes)
    for (const [count, attributes] of this.#openIncidents()) result.observe(to.incidentsOpen, count, attributes)
    const { ready, checks } = monitor.health()
    result.observe(to.ready, LEVEL[ready])
    for (const { name, kind, status } of checks.slice(0, MOST_CHECKS)) {
      if (status === undefined) continue
      result.observe(to.checkStatus, LEVEL[status], { [ATTRIBUTE.checkName]: name, [ATTRIBUTE.checkKind]: kind })
    }
  }

  #openFindings(): Tally {
    const { findings } = this.#open
    findings.clear()
    for (const { state, watcher, severity } of this.monitor.findings()) {
      if (state === 'open') findings.add({ [ATTRIBUTE.watcher]: watcher, [ATTRIBUTE.severity]: severity })
    }
    return findings
  }

  #openIncidents(): Tally {
    const { incidents } = this.#open
    incidents.clear()
    for (const severity of ['info', 'warning', 'critical']) incidents.add({ [ATTRIBUTE.severity]: severity }, 0)
    for (const { state, severity } of this.monitor.incidents()) {
      if (state === 'open') incidents.add({ [ATTRIBUTE.severity]: severity })
    }
    return incidents
  }
}

/** What is not known is not observed. */
function observeObjective(result: BatchObservableResult, status: ObjectiveStatus, to: Record<Name, Observable>): void {
  const named = { [ATTRIBUTE.objective]: status.name }
  const known = (name: Name, value: number, attributes: Attributes = named): void => {
    if (Number.isFinite(value)) result.observe(to[name], value, attributes)
  }
  known('budgetRemaining', status.remaining)
  known('budgetExhaustion', status.exhaustedIn / 1000)
  for (const [window, burn] of Object.entries(status.burn))
    known('burnRate', burn, { ...named, [ATTRIBUTE.window]: window })
}

function instrument(
  meter: Meter,
  name: string,
  [kind, unit, description]: readonly [string, string, string],
): Observable {
  const options = { unit, description }
  return kind === 'gauge' ? meter.createObservableGauge(name, options) : meter.createObservableCounter(name, options)
}
