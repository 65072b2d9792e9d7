import { describe, digits, type Finding, nameOf, type Suspect } from '../model/index.js'

/** Scores above this count as this: beyond it they compare units, not blame. */
const MOST = 30
const SHOWN = 5

/**
 * Ranks the signals of an incident by how far they deviated; of equals, the one that deviated first.
 *
 *     weight = min(score, 30) / Σ min(score, 30)
 *
 * The simplest form of the robust scorer (BARO, Pham et al. 2024), on the scores that the detectors already give.
 */
export function suspects(findings: readonly Finding[]): readonly Suspect[] {
  const total = findings.reduce((sum, finding) => sum + blame(finding), 0)
  const first = Math.min(...findings.map(({ since }) => since))
  return [...findings]
    .sort((a, b) => blame(b) - blame(a) || a.since - b.since)
    .slice(0, SHOWN)
    .map((finding) => ({
      signal: finding.signal,
      weight: total > 0 ? blame(finding) / total : 1 / findings.length,
      evidence: evidence(finding, first),
    }))
}

function blame({ score }: Finding): number {
  return Math.min(score, MOST)
}

function evidence(finding: Finding, first: number): string {
  const when = finding.since === first ? 'first of all' : `${describe(finding.since - first)} after the first`
  return `${nameOf(finding.signal)} deviated by ${digits(finding.score)} sigmas, ${when}`
}
