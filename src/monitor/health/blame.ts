import type { CheckResult } from '../../model/index.js'

/**
 * The results with the dependencies worked out: a check that depends on a failing one fails because of it, through however
 * many others, around circles too. Liveness checks are left as they are. O(checks + dependencies).
 */
export function blame(results: readonly CheckResult[]): readonly CheckResult[] {
  const dependents = dependentsOf(results)
  if (dependents.size === 0) return results
  const culprits = new Map<string, CheckResult>()
  const spread = results.filter((result) => result.status === 'fail')
  for (const failing of spread) culprits.set(failing.name, failing)
  for (const failing of spread) {
    for (const dependent of dependents.get(failing.name) ?? []) {
      if (culprits.has(dependent.name)) continue
      culprits.set(dependent.name, culprits.get(failing.name) as CheckResult)
      spread.push(dependent)
    }
  }
  return results.map((result) => inherit(result, culprits.get(result.name)))
}

/** Who fails when one fails. */
function dependentsOf(results: readonly CheckResult[]): Map<string, CheckResult[]> {
  const dependents = new Map<string, CheckResult[]>()
  for (const result of results) {
    if (result.kind === 'liveness') continue
    for (const dependency of result.dependsOn) {
      const others = dependents.get(dependency)
      if (others) others.push(result)
      else dependents.set(dependency, [result])
    }
  }
  return dependents
}

function inherit(result: CheckResult, culprit: CheckResult | undefined): CheckResult {
  if (!culprit || culprit === result) return result
  const since = Math.max(result.since, culprit.since)
  return { ...result, status: 'fail', since, output: `depends on ${culprit.name}, which fails` }
}
