import { FAULTS } from './faults.js'
import type { Journal } from './journal.js'
import type { Receiver } from './receiver.js'
import type { Result } from './scenario.js'

/** How the demo went: what `--json` prints. Times in seconds. */
export interface Summary {
  readonly ok: boolean
  /** Why it is not. */
  readonly problems: readonly string[]
  readonly took: number
  readonly faults: readonly {
    readonly name: string
    readonly detectedAfter?: number
    readonly repairedAfter?: number
    readonly closedAfter?: number
    readonly remediation: string
    readonly outcome?: string
    readonly evidence?: string
    readonly exported: boolean
  }[]
  readonly baseline: { readonly falseFindings: number }
  readonly alerts: Readonly<Record<string, number>>
  readonly exported: {
    readonly requests: number
    readonly points: number
    readonly metrics: readonly string[]
    readonly events: Readonly<Record<string, number>>
  }
}

/** Judges: every fault must have been detected, repaired, verified and exported. */
export function summaryOf(results: readonly Result[], problems: readonly string[], journal: Journal, receiver: Receiver): Summary {
  const first = results[0]?.injectedAt ?? journal.now
  const faults = FAULTS.map((fault) => {
    const { detectedAfter, repairedAfter, closedAfter, outcome, evidence, incident } = results.find((result) => result.fault === fault) ?? {}
    const times = { ...rounded({ detectedAfter, repairedAfter, closedAfter }) }
    const exported = incident !== undefined && receiver.hasRepair(incident)
    return { name: fault.name, ...times, remediation: fault.remediation, ...(outcome ? { outcome, evidence } : {}), exported }
  })
  const wrong = [
    ...problems,
    ...results.flatMap(({ fault, problem }) => (problem ? [`${fault.name}: ${problem}`] : [])),
    ...faults.filter(({ exported }) => !exported).map(({ name }) => `${name}: its repair did not reach the OTLP receiver`),
  ]
  return {
    ok: wrong.length === 0,
    problems: wrong,
    took: round(journal.now),
    faults,
    baseline: { falseFindings: journal.findings.filter(({ at, said }) => at < first && said.state === 'open').length },
    alerts: counted(journal.alerts.map(({ said }) => said.reason)),
    exported: receiver.summary,
  }
}

function rounded(times: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  const known = Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return Object.fromEntries(known.map(([name, ms]) => [name, round(ms)]))
}

function round(ms: number): number {
  return Math.round(ms / 10) / 100
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
