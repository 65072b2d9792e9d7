import {
  type Action,
  type Alert,
  ATTRIBUTE,
  type Attributes,
  type AttributeValue,
  type AuditEntry,
  EVENT,
  type Fault,
  type Feedback,
  type Finding,
  type Health,
  type HealthStatus,
  type Incident,
  type Severity,
} from '../model/index.js'

/** An OpenTelemetry log event, as `logger.emit` takes it. */
export interface LogEvent {
  readonly eventName: string
  readonly severityNumber: number
  readonly severityText: string
  readonly body: string
  readonly attributes: Attributes
  /** Milliseconds since the epoch; left out, it is the time of the emission. */
  readonly timestamp?: number
}

const INFO = { severityNumber: 9, severityText: 'INFO' }
const WARN = { severityNumber: 13, severityText: 'WARN' }
const ERROR = { severityNumber: 17, severityText: 'ERROR' }

const BY_SEVERITY: Readonly<Record<Severity, typeof INFO>> = { info: INFO, warning: WARN, critical: ERROR }
const BY_STATUS: Readonly<Record<HealthStatus, typeof INFO>> = { pass: INFO, warn: WARN, fail: ERROR }
const BY_OUTCOME: Readonly<Record<Action['outcome'], typeof INFO>> = {
  asked: INFO,
  started: INFO,
  helped: INFO,
  'no effect': WARN,
  harmed: ERROR,
  unknown: WARN,
  failed: ERROR,
  stopped: WARN,
  declined: INFO,
  escalated: ERROR,
  'would act': INFO,
  cleared: INFO,
  stayed: INFO,
}

/** The finding with the attributes of its signal. */
export function findingEvent(finding: Finding): LogEvent {
  const { signal, expected } = finding
  return event(
    EVENT.finding,
    finding.state === 'closed' ? INFO : BY_SEVERITY[finding.severity],
    finding.summary,
    finding.updatedAt,
    {
      ...signal.attributes,
      [ATTRIBUTE.findingId]: finding.id,
      [ATTRIBUTE.watcher]: finding.watcher,
      [ATTRIBUTE.signalName]: signal.name,
      [ATTRIBUTE.severity]: finding.severity,
      [ATTRIBUTE.state]: finding.state,
      [ATTRIBUTE.score]: finding.score,
      [ATTRIBUTE.value]: finding.value,
      [ATTRIBUTE.statistic]: finding.statistic,
      [ATTRIBUTE.expectedLow]: expected?.low,
      [ATTRIBUTE.expectedHigh]: expected?.high,
    },
  )
}

/** The incident with the name of its first suspect. */
export function incidentEvent(incident: Incident): LogEvent {
  const severity = incident.state === 'closed' ? INFO : BY_SEVERITY[incident.severity]
  return event(EVENT.incident, severity, incident.title, incident.updatedAt, {
    [ATTRIBUTE.incidentId]: incident.id,
    [ATTRIBUTE.severity]: incident.severity,
    [ATTRIBUTE.state]: incident.state,
    [ATTRIBUTE.signalName]: incident.suspects[0]?.signal.name,
  })
}

export function alertEvent({ id, reason, incident, summary, time }: Alert): LogEvent {
  return event(EVENT.alert, reason === 'resolved' ? INFO : BY_SEVERITY[incident.severity], summary, time, {
    [ATTRIBUTE.incidentId]: id,
    [ATTRIBUTE.reason]: reason,
    [ATTRIBUTE.severity]: incident.severity,
  })
}

export function actionEvent({ name, incident, attempt, outcome, evidence, time }: Action): LogEvent {
  return event(EVENT.action, BY_OUTCOME[outcome] ?? WARN, evidence, time, {
    [ATTRIBUTE.action]: name,
    [ATTRIBUTE.incidentId]: incident,
    [ATTRIBUTE.attempt]: attempt,
    [ATTRIBUTE.outcome]: outcome,
  })
}

/** A line of the audit trail. */
export function auditEvent({ event: what, playbook, run, incident, seq, text, time, ...entry }: AuditEntry): LogEvent {
  const subject = playbook === '' ? 'repairs' : playbook
  return event(EVENT.audit, INFO, `${subject}: ${what}${entry.what && ` ${entry.what}`}${text && `, ${text}`}`, time, {
    [ATTRIBUTE.auditEvent]: what,
    [ATTRIBUTE.auditSeq]: seq,
    [ATTRIBUTE.action]: playbook,
    [ATTRIBUTE.runId]: run,
    [ATTRIBUTE.incidentId]: incident,
    [ATTRIBUTE.guard]: what === 'refused' ? entry.what : undefined,
  })
}

/** The health with the names of the checks that do not pass. */
export function healthEvent({ service, status, checks, draining }: Health): LogEvent {
  const bad = checks.filter((check) => check.status !== 'pass' && check.status !== undefined).map(({ name }) => name)
  const why = draining ? ' (shutting down)' : bad.length > 0 ? `: ${bad.join(', ')}` : ''
  return event(EVENT.health, BY_STATUS[status], `${service} is ${status}${why}`, undefined, {
    [ATTRIBUTE.state]: status,
    [ATTRIBUTE.checkName]: bad.length > 0 ? bad.join(',') : undefined,
  })
}

export function faultEvent({ part, message, error, time }: Fault): LogEvent {
  return event(EVENT.fault, WARN, `${part}: ${message}`, time, {
    [ATTRIBUTE.part]: part,
    'exception.message': message,
    'exception.type': error instanceof Error ? error.name : undefined,
  })
}

/** With the id that was given: of a finding, or of an incident. */
export function feedbackEvent({ id, rating, findings, time }: Feedback): LogEvent {
  const [first] = findings
  const what = findings.length === 1 ? 'a finding' : `${findings.length} findings`
  return event(EVENT.feedback, INFO, `${what} rated as ${rating}`, time, {
    [first?.id === id ? ATTRIBUTE.findingId : ATTRIBUTE.incidentId]: id,
    [ATTRIBUTE.rating]: rating,
    [ATTRIBUTE.signalName]: first?.signal.name,
  })
}

function event(
  eventName: string,
  severity: typeof INFO,
  body: string,
  timestamp: number | undefined,
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
): LogEvent {
  const kept: Record<string, AttributeValue> = {}
  for (const [key, value] of Object.entries(attributes)) if (isValue(value)) kept[key] = value
  return { eventName, ...severity, body, attributes: kept, ...(timestamp !== undefined && { timestamp }) }
}

/** OTLP has no JSON for NaN and the infinities. */
function isValue(value: AttributeValue | undefined): value is AttributeValue {
  return typeof value === 'number' ? Number.isFinite(value) : value !== undefined
}
