import {
  compareSeverity,
  ESCALATION,
  type Finding,
  hasRecovered,
  type Incident,
  identityOf,
  nameOf,
} from '../../model/index.js'
import type { Case, Reading, Run } from './engine-state.js'
import type { RunScene } from './scene.js'

/** What the signals say of a run, and why. */
export interface Verdict {
  readonly outcome: 'helped' | 'no effect' | 'harmed' | 'unknown'
  readonly evidence: string
}

/** A {@link Verdict} as it stands now. */
export interface Effect extends Verdict {
  readonly helped: boolean
  /** It will not change any more, however long one waits. */
  readonly final: boolean
}

/** A deviation that has grown by this is worse, not noise. */
const WORSE = 2

/** Every open finding of an incident, as it is now. */
export function readings(incident: Incident, treats: readonly string[]): readonly Reading[] {
  return incident.findings
    .filter(({ state }) => state === 'open')
    .map((finding) => {
      const { id, severity } = finding
      return { id, severity, deviation: deviationOf(finding), treated: treats.includes(id) }
    })
}

/** What has come of a run so far. */
export function effectOf({ book, run, patient }: RunScene): Effect {
  const { incident } = patient
  const verdict = run.heard ? judge(run, incident) : unheard(run, incident, book.cases)
  const helped = verdict.outcome === 'helped'
  const treated = incident.findings.filter(({ id }) => run.treats.includes(id))
  const over = run.heard && treated.every(({ state }) => state === 'closed')
  return { ...verdict, helped, final: helped || (verdict.outcome === 'no effect' && over) }
}

/** A process that has lost its memory hears of the same signals anew, or not at all. */
function unheard(run: Run, incident: Incident, cases: readonly Case[]): Verdict {
  const treated = incident.findings.filter(({ id }) => run.treats.includes(id))
  const signals = treated.map(({ signal }) => identityOf(signal))
  const others = cases.filter((other) => other.incident.id !== incident.id)
  const again = others
    .flatMap((other) => other.incident.findings)
    .find(({ state, signal }) => state === 'open' && signals.includes(identityOf(signal)))
  if (again) return { outcome: 'no effect', evidence: again.summary }
  return { outcome: 'unknown', evidence: 'this process has no memory of the signals' }
}

/**
 * Judges by the findings: the treated ones against what they were before, and against the untreated ones of the incident, which
 * the same world acts on.
 *
 * - `helped`: every treated signal is back where it was expected, and no other has become abnormal since.
 * - `harmed`: the treated signals recovered, but others have become abnormal since; or a treated one is worse than before, and no
 *   untreated one is.
 * - `no effect`: a treated signal has not recovered, or has settled elsewhere.
 * - `unknown`: nothing is known of a treated signal any more.
 */
function judge(run: Run, incident: Incident): Verdict {
  const treated = run.treats.map((id) => incident.findings.find((finding) => finding.id === id))
  if (treated.includes(undefined)) return { outcome: 'unknown', evidence: 'nothing is known of the signals any more' }
  const known = treated as readonly Finding[]
  const open = known.filter(({ state }) => state === 'open')
  const since = newTrouble(run, incident)
  if (open.length === 0) return recovered(known, since)
  const worse = open.find((finding) => isWorse(run, finding))
  const fate = incident.findings.find((finding) => !run.treats.includes(finding.id) && isWorse(run, finding))
  if (!worse) return { outcome: 'no effect', evidence: (open[0] as Finding).summary }
  if (fate)
    return { outcome: 'no effect', evidence: `${worse.summary}; ${nameOf(fate.signal)}, untreated, is worse too` }
  return { outcome: 'harmed', evidence: `${worse.summary}: worse than before, and no untreated signal is` }
}

function recovered(treated: readonly Finding[], since: Finding | undefined): Verdict {
  const elsewhere = treated.find((finding) => !hasRecovered(finding))
  if (elsewhere) return { outcome: 'no effect', evidence: elsewhere.summary }
  if (since) return { outcome: 'harmed', evidence: `the signals recovered, but since then: ${since.summary}` }
  return { outcome: 'helped', evidence: 'the signals recovered' }
}

/** What has become abnormal since the steps began, and still is. */
function newTrouble({ before, startedAt }: Run, { findings }: Incident): Finding | undefined {
  return findings.find(
    ({ id, state, since, severity, watcher }) =>
      state === 'open' &&
      since >= startedAt &&
      compareSeverity(severity, 'warning') >= 0 &&
      watcher !== ESCALATION &&
      !before.some((reading) => reading.id === id),
  )
}

function isWorse({ before }: Run, finding: Finding): boolean {
  const then = before.find(({ id }) => id === finding.id)
  if (!then || finding.state === 'closed') return false
  if (compareSeverity(finding.severity, then.severity) > 0) return true
  return then.deviation > 0 && deviationOf(finding) >= WORSE * then.deviation
}

function deviationOf({ value, expected, score }: Finding): number {
  const half = expected ? (expected.high - expected.low) / 2 : 0
  return expected && half > 0 ? Math.abs(value - expected.value) / half : score
}
