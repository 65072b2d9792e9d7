import type { OtlpSink } from '../../test/real/sink/otlp-sink.js'
import { FAULTS, type Fault } from './faults.js'
import type { Journal } from './journal.js'
import { counted, hasStory, type Received, received } from './receiver.js'
import type { Result } from './scenario.js'

/** How it went with one fault. Times are in seconds after it was injected. */
export interface FaultSummary {
  readonly name: string
  readonly detectedAfter: number | undefined
  /** When the remediation was verified. */
  readonly repairedAfter: number | undefined
  /** When the incident was over. */
  readonly closedAfter: number | undefined
  readonly remediation: string
  readonly outcome: string | undefined
  readonly evidence: string | undefined
  /** Whether the OTLP receiver got the story of it. */
  readonly exported: boolean
}

/** How the demo went: what `--json` prints. */
export interface Summary {
  /** Whether every fault was detected, repaired, verified and exported. */
  readonly ok: boolean
  /** Why not. */
  readonly problems: readonly string[]
  /** Seconds. */
  readonly took: number
  readonly faults: readonly FaultSummary[]
  readonly baseline: { readonly falseFindings: number }
  readonly alerts: Readonly<Record<string, number>>
  readonly exported: Received
}

/** Judges: every fault must have been detected, repaired, verified and exported. */
export function summaryOf(
  results: readonly Result[],
  problems: readonly string[],
  journal: Journal,
  sink: OtlpSink,
): Summary {
  const first = results[0]?.injectedAt ?? journal.now
  const faults = FAULTS.map((fault) =>
    judge(
      fault,
      results.find((result) => result.fault === fault),
      sink,
    ),
  )
  const silent = faults.filter(({ exported }) => !exported)
  const wrong = [
    ...problems,
    ...results.flatMap(({ fault, problem }) => (problem ? [`${fault.name}: ${problem}`] : [])),
    ...silent.map(({ name }) => `${name}: the story of its repair did not reach the OTLP receiver`),
  ]
  return {
    ok: wrong.length === 0,
    problems: wrong,
    took: round(journal.now),
    faults,
    baseline: { falseFindings: journal.findings.filter(({ at, said }) => at < first && said.state === 'open').length },
    alerts: counted(journal.alerts.map(({ said }) => said.reason)),
    exported: received(sink),
  }
}

function judge(fault: Fault, result: Result | undefined, sink: OtlpSink): FaultSummary {
  const { detectedAfter, repairedAfter, closedAfter, repair } = result ?? {}
  return {
    name: fault.name,
    detectedAfter: round(detectedAfter),
    repairedAfter: round(repairedAfter),
    closedAfter: round(closedAfter),
    remediation: fault.remediation,
    outcome: repair?.outcome,
    evidence: repair?.evidence,
    exported: repair !== undefined && hasStory(sink, fault.signal, repair.incident),
  }
}

/** Milliseconds as seconds, to the hundredth. */
function round<T extends number | undefined>(ms: T): T {
  return (ms === undefined ? undefined : Math.round(ms / 10) / 100) as T
}
