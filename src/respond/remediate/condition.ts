import {
  ATTRIBUTE,
  ConfigError,
  compareSeverity,
  type Finding,
  matcher,
  oneOf,
  type Selector,
  type Severity,
} from '../../model/index.js'

/** Which findings call for a repair. All that is said must hold for one and the same open finding. */
export interface FindingCondition {
  /** Which signals. @defaultValue any */
  readonly signal?: Selector
  /** The name of a health check that fails, or several. @defaultValue any */
  readonly check?: string | readonly string[]
  /** Which watcher's findings: `'anomaly'`. @defaultValue any */
  readonly watcher?: string
  /** At least this bad. @defaultValue `'warning'` */
  readonly severity?: Severity
}

/** When to repair: a {@link FindingCondition}, or a function over each open finding. */
export type Condition = FindingCondition | ((finding: Finding) => boolean)

/**
 * The test that a {@link Condition} stands for.
 *
 * @throws ConfigError when it is empty: a repair for everything is no repair.
 */
export function condition(when: Condition): (finding: Finding) => boolean {
  if (typeof when === 'function') return when
  if (typeof when !== 'object' || when === null || Object.keys(when).length === 0) {
    throw new ConfigError('remediate.when', 'a condition such as { signal: "db.*" }, or a function', when)
  }
  const { check, watcher, severity = 'warning' } = when
  const least = oneOf('remediate.when.severity', severity, ['info', 'warning', 'critical'])
  const bySignal = when.signal === undefined ? () => true : matcher('remediate.when.signal', when.signal)
  const checks = check === undefined ? undefined : [check].flat()
  return (finding) =>
    compareSeverity(finding.severity, least) >= 0 &&
    bySignal(finding.signal) &&
    (watcher === undefined || finding.watcher === watcher) &&
    (checks === undefined || checks.includes(String(finding.signal.attributes[ATTRIBUTE.checkName])))
}
