/**
 * The names of this library's own signals and events, in one place. Where OpenTelemetry has a name, it is theirs.
 */

/** Prefix of everything that is our own. */
export const OWN_PREFIX = 'pi_uptime.'
/** Of these, what is about the things that a service works with. */
const WORKED_WITH = ['pi_uptime.queue.', 'pi_uptime.pool.', 'pi_uptime.http.client.'] as const

/** Whether a signal is about the library, the process or the machine in terms of our own: watchers leave it alone unless they are told to watch it. */
export function isOurs(name: string): boolean {
  return name.startsWith(OWN_PREFIX) && !WORKED_WITH.some((prefix) => name.startsWith(prefix))
}

/** Signals that the library observes about the service. */
export const SIGNAL = {
  /** 1 pass, 0.5 warn, 0 fail. Attributes: {@link ATTRIBUTE.checkName}, {@link ATTRIBUTE.checkKind}, {@link ATTRIBUTE.checkCritical}. */
  checkStatus: 'pi_uptime.check.status',
  /** Seconds. Attribute: {@link ATTRIBUTE.checkName}. */
  checkDuration: 'pi_uptime.check.duration',
  /** Seconds by which the wall clock jumped, signed. */
  clockJump: 'pi_uptime.clock.jump',
  // what `hardware()` judges; all others are in signals.ts, which the root does not load
  hardwareErrors: 'hw.errors',
  hardwareStatus: 'hw.status',
  readOnly: 'pi_uptime.host.filesystem.read_only',
  storageLife: 'pi_uptime.pi.storage.life',
  supplyLimit: 'pi_uptime.pi.supply.current.limit',
  temperature: 'hw.temperature',
  throttling: 'pi_uptime.pi.throttling',
  underVoltageAge: 'pi_uptime.pi.under_voltage.age',
  voltage: 'hw.voltage',
  wifi: 'pi_uptime.pi.wifi.signal',
} as const

/** Metrics that the library exports about itself and its findings. */
export const METRIC = {
  findingsOpen: 'pi_uptime.findings.open',
  findings: 'pi_uptime.findings',
  findingsBudget: 'pi_uptime.findings.budget',
  findingsRate: 'pi_uptime.findings.rate',
  feedback: 'pi_uptime.feedback',
  incidentsOpen: 'pi_uptime.incidents.open',
  incidents: 'pi_uptime.incidents',
  alerts: 'pi_uptime.alerts',
  actions: 'pi_uptime.actions',
  refusals: 'pi_uptime.action.refusals',
  detecting: 'pi_uptime.action.detecting.time',
  repairing: 'pi_uptime.action.repairing.time',
  faults: 'pi_uptime.faults',
  signals: 'pi_uptime.signals',
  observations: 'pi_uptime.observations',
  dropped: 'pi_uptime.dropped',
  checkStatus: 'pi_uptime.check.status',
  ready: 'pi_uptime.health.ready',
  passDuration: 'pi_uptime.pass.duration',
  budgetRemaining: 'pi_uptime.objective.budget.remaining',
  burnRate: 'pi_uptime.objective.burn_rate',
  budgetExhaustion: 'pi_uptime.objective.budget.exhaustion',
  outboxRecords: 'pi_uptime.outbox.records',
  outboxWaiting: 'pi_uptime.outbox.waiting',
  outboxUsage: 'pi_uptime.outbox.usage',
} as const

/** Log events. */
export const EVENT = {
  finding: 'pi_uptime.finding',
  incident: 'pi_uptime.incident',
  alert: 'pi_uptime.alert',
  action: 'pi_uptime.action',
  audit: 'pi_uptime.audit',
  health: 'pi_uptime.health',
  fault: 'pi_uptime.fault',
  feedback: 'pi_uptime.feedback',
} as const

/** The signal that the events of `monitor.event()` are about: their name is an attribute of it. */
export const EVENT_SIGNAL = 'pi_uptime.event'

/** Attributes of the above. */
export const ATTRIBUTE = {
  eventName: 'event.name',
  logSeverity: 'pi_uptime.log.severity',
  logTemplate: 'pi_uptime.log.template',
  checkName: 'pi_uptime.check.name',
  checkKind: 'pi_uptime.check.kind',
  checkCritical: 'pi_uptime.check.critical',
  condition: 'pi_uptime.pi.condition',
  watcher: 'pi_uptime.watcher',
  objective: 'pi_uptime.objective.name',
  window: 'pi_uptime.objective.window',
  severity: 'pi_uptime.severity',
  state: 'pi_uptime.state',
  score: 'pi_uptime.score',
  value: 'pi_uptime.value',
  statistic: 'pi_uptime.statistic',
  rating: 'pi_uptime.feedback.rating',
  expectedLow: 'pi_uptime.expected.low',
  expectedHigh: 'pi_uptime.expected.high',
  signalName: 'pi_uptime.signal.name',
  findingId: 'pi_uptime.finding.id',
  incidentId: 'pi_uptime.incident.id',
  reason: 'pi_uptime.alert.reason',
  channel: 'pi_uptime.channel',
  action: 'pi_uptime.action.name',
  attempt: 'pi_uptime.action.attempt',
  outcome: 'pi_uptime.outcome',
  guard: 'pi_uptime.action.guard',
  auditEvent: 'pi_uptime.audit.event',
  auditSeq: 'pi_uptime.audit.seq',
  runId: 'pi_uptime.action.id',
  part: 'pi_uptime.part',
  cause: 'pi_uptime.dropped.cause',
  lane: 'pi_uptime.outbox.lane',
} as const
