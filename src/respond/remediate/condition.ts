import {
  ATTRIBUTE,
  ConfigError,
  compareSeverity,
  type Finding,
  matcher,
  oneOf,
  type Selector,
  type Severity,
  textIn,
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

const KNOWN = ['signal', 'check', 'watcher', 'severity']

/**
 * The test that a {@link Condition} stands for.
 *
 * @throws ConfigError when it is empty, or names what is none: a repair for everything is no repair.
 */
export function condition(when: Condition): (finding: Finding) => boolean {
  if (typeof when === 'function') return when
  if (typeof when !== 'object' || when === null || Object.keys(when).length === 0) {
    throw new ConfigError('remediate.when', 'a condition such as { signal: "db.*" }, or a function', when)
  }
  for (const [key, value] of Object.entries(when)) said(key, value)
  const { watcher, severity = 'warning' } = when
  const least = oneOf('remediate.when.severity', severity, ['info', 'warning', 'critical'])
  const bySignal = when.signal === undefined ? () => true : matcher('remediate.when.signal', when.signal)
  if (watcher !== undefined) textIn('remediate.when.watcher', watcher)
  const checks = when.check === undefined ? undefined : namesOf(when.check)
  return (finding) =>
    compareSeverity(finding.severity, least) >= 0 &&
    bySignal(finding.signal) &&
    (watcher === undefined || finding.watcher === watcher) &&
    (checks === undefined || checks.includes(String(finding.signal.attributes[ATTRIBUTE.checkName])))
}

/** A slip of the pen, or a value that was never set, must not widen the condition to everything. */
function said(key: string, value: unknown): void {
  if (!KNOWN.includes(key)) throw new ConfigError(`remediate.when.${key}`, `one of ${KNOWN.join(', ')}`, value)
  if (value === undefined) throw new ConfigError(`remediate.when.${key}`, 'left out, or a value', value)
}

function namesOf(check: string | readonly string[]): readonly string[] {
  const names = [check].flat()
  if (names.length === 0) throw new ConfigError('remediate.when.check', 'the name of a check, or several', check)
  return names.map((name) => textIn('remediate.when.check', name))
}
