import {
  ATTRIBUTE,
  type Correlator,
  checkOptions,
  compareSeverity,
  type Duration,
  duration,
  ESCALATION,
  type Finding,
  type Incident,
  identityOf,
  idOf,
  NONE,
} from '../model/index.js'
import { suspects } from './suspects.js'

/** How {@link correlate} groups. */
export interface CorrelateOptions {
  /** A finding joins an open incident when its deviation began within this time of the latest one in it. @defaultValue `'5m'` */
  readonly within?: Duration
  /** An incident closes when all of its findings have been closed for this long. @defaultValue `'30s'` */
  readonly quiet?: Duration
}

/** The open incidents. */
export interface CorrelatorState {
  readonly open: Incident[]
}

/** Findings that an incident lists; all are counted. */
const MOST_FINDINGS = 50
/** Incidents that may be open at once; past it findings join the latest. */
const MOST_OPEN = 100

/**
 * Groups findings that begin close together in time into one incident, since one fault shows in many signals.
 *
 * A finding that names an incident (by the attribute `pi_uptime.incident.id` of its signal) joins that one. O(open incidents) a finding.
 *
 * @throws ConfigError when an option is out of range.
 */
export function correlate(options: CorrelateOptions = {}): Correlator<CorrelatorState> {
  checkOptions('correlate', options, ['within', 'quiet'])
  const within = duration('correlate.within', options.within ?? '5m', { min: 0 })
  const quiet = duration('correlate.quiet', options.quiet ?? '30s', { min: 0 })
  return {
    name: 'correlate@1',
    start: () => ({ open: [] }),
    push(state, finding, now) {
      const at = placeOf(state.open, finding, within)
      if (at < 0 && finding.state === 'closed') return NONE
      const incident = at < 0 ? begin(finding, now) : join(state.open[at] as Incident, finding, now)
      state.open[at < 0 ? state.open.length : at] = incident
      return quiet === 0 && allClosed(incident) ? [...sweep(state, now, 0)] : [incident]
    },
    tick: (state, now) => (state.open.some(allClosed) ? sweep(state, now, quiet) : NONE),
  }
}

function placeOf(open: readonly Incident[], finding: Finding, within: number): number {
  const known = open.findIndex((incident) => incident.findings.some(({ id }) => id === finding.id))
  if (known >= 0) return known
  const named = finding.signal.attributes[ATTRIBUTE.incidentId]
  const meant = open.findIndex((incident) => incident.id === named)
  if (meant >= 0 || finding.state === 'closed') return meant
  const near = open.findIndex(({ findings }) => findings.some(({ since }) => Math.abs(finding.since - since) <= within))
  return near < 0 && open.length >= MOST_OPEN ? open.length - 1 : near
}

/** A finding that has opened again begins another incident than it did before: one that is closed never opens again. */
function begin(finding: Finding, now: number): Incident {
  const { severity, updatedAt: openedAt, signal } = finding
  const id = idOf('i', identityOf(signal), finding.watcher, openedAt)
  const title = finding.summary
  return {
    id,
    state: 'open',
    severity,
    title,
    openedAt,
    updatedAt: now,
    findings: [finding],
    findingCount: 1,
    suspects: suspects([finding]),
  }
}

function join(incident: Incident, finding: Finding, now: number): Incident {
  const others = incident.findings.filter(({ id }) => id !== finding.id)
  const isNew = others.length === incident.findings.length
  const findings = [...others, finding].sort((a, b) => a.since - b.since).slice(0, MOST_FINDINGS)
  const findingCount = incident.findingCount + Number(isNew)
  const severity = compareSeverity(finding.severity, incident.severity) > 0 ? finding.severity : incident.severity
  const title = titleOf(findings, findingCount)
  return { ...incident, severity, title, updatedAt: now, findings, findingCount, suspects: suspects(findings) }
}

/** That a repair has given up, first; then what is worst; of equals, what is still open, then what began first. */
function titleOf(findings: readonly Finding[], count: number): string {
  const rank = ({ watcher, state }: Finding): number => 2 * Number(watcher === ESCALATION) + Number(state === 'open')
  const worst = [...findings].sort((a, b) => compareSeverity(b.severity, a.severity) || rank(b) - rank(a))[0] as Finding
  return count > 1 ? `${worst.summary}, and ${count - 1} more` : worst.summary
}

function allClosed({ findings }: Incident): boolean {
  return findings.every(({ state }) => state === 'closed')
}

/** Closes the incidents that have been quiet for long enough, and forgets them. */
function sweep(state: CorrelatorState, now: number, quiet: number): readonly Incident[] {
  const over = state.open.filter((incident) => allClosed(incident) && now - incident.updatedAt >= quiet)
  for (const incident of over) state.open.splice(state.open.indexOf(incident), 1)
  return over.map((incident) => ({ ...incident, state: 'closed' as const, updatedAt: now, closedAt: now }))
}
