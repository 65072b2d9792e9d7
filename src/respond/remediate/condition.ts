import {
  ATTRIBUTE,
  ConfigError,
  compareSeverity,
  type Duration,
  duration,
  type Finding,
  type Incident,
  identityOf,
  integerIn,
  matcher,
  oneOf,
  type Selector,
  type Severity,
  textIn,
} from '../../model/index.js'
import { season, type TimeWindow } from './window.js'

/** Which findings call for a repair. All that is said must hold for one and the same open finding. */
export interface FindingCondition {
  /** Which signals. @defaultValue any */
  readonly signal?: Selector
  /** The name of a health check that fails, or several. @defaultValue any */
  readonly check?: string | readonly string[]
  /** Which watcher's findings: `'anomaly'`, `'unhealthy'`, `'objective'`; or several. @defaultValue any */
  readonly watcher?: string | readonly string[]
  /** At least this bad. @defaultValue `'warning'` */
  readonly severity?: Severity
  /** For a forecast: the limit is nearer than this, the lead time of the repair. @defaultValue not asked for */
  readonly exhaustion?: Duration
  /** The incident has been open for at least so long. @defaultValue 0 */
  readonly age?: Duration
  /**
   * The finding's signal is among the first so many suspects of the incident. From 2 to 5, and never alone: who is first is often
   * wrong. @defaultValue not asked for
   */
  readonly suspects?: number
  /** Only in one of these. By the hour, not by `cron`. @defaultValue at any time */
  readonly during?: readonly TimeWindow[]
}

/** When to repair: a {@link FindingCondition}, or a function over each open finding. */
export type Condition = FindingCondition | ((finding: Finding, incident: Incident, now: number) => boolean)

type Test = (finding: Finding, incident: Incident, now: number) => boolean

const KNOWN = ['signal', 'check', 'watcher', 'severity', 'exhaustion', 'age', 'suspects', 'during']
/** These say when or how sure, not what. */
const ONLY_WHEN = ['age', 'suspects', 'during']

/**
 * The test that a {@link Condition} stands for.
 *
 * @throws ConfigError when it is empty, or names what is none: a repair for everything is no repair.
 */
export function condition(when: Condition): Test {
  if (typeof when === 'function') return when
  const said = typeof when === 'object' && when !== null ? Object.keys(when) : []
  if (said.every((key) => ONLY_WHEN.includes(key)))
    throw new ConfigError('remediate.when', 'a condition such as { signal: "db.*" }, or a function', when)
  for (const [key, value] of Object.entries(when)) meant(key, value)
  const least = oneOf('remediate.when.severity', when.severity ?? 'warning', ['info', 'warning', 'critical'])
  const tests = [...ofFinding(when), ...ofIncident(when)]
  return (finding, incident, now) =>
    compareSeverity(finding.severity, least) >= 0 && tests.every((test) => test(finding, incident, now))
}

function* ofFinding(when: FindingCondition): Generator<Test> {
  if (when.signal !== undefined) {
    const bySignal = matcher('remediate.when.signal', when.signal)
    yield ({ signal }) => bySignal(signal)
  }
  if (when.watcher !== undefined) {
    const watchers = namesOf('watcher', 'the name of a watcher', when.watcher)
    yield ({ watcher }) => watchers.includes(watcher)
  }
  if (when.check !== undefined) {
    const checks = namesOf('check', 'the name of a check', when.check)
    yield ({ signal }) => checks.includes(String(signal.attributes[ATTRIBUTE.checkName]))
  }
}

function* ofIncident(when: FindingCondition): Generator<Test> {
  if (when.exhaustion !== undefined) {
    const lead = duration('remediate.when.exhaustion', when.exhaustion)
    yield ({ exhaustion }, _, now) => exhaustion !== undefined && exhaustion.at - now <= lead
  }
  if (when.age !== undefined) {
    const age = duration('remediate.when.age', when.age, { min: 0 })
    yield (_, { openedAt }, now) => now - openedAt >= age
  }
  if (when.suspects !== undefined) {
    const most = integerIn('remediate.when.suspects', when.suspects, 2, 5)
    yield ({ signal }, { suspects }) =>
      suspects.slice(0, most).some((suspect) => identityOf(suspect.signal) === identityOf(signal))
  }
  if (when.during !== undefined) {
    if (!Array.isArray(when.during)) throw new ConfigError('remediate.when.during', 'a list of windows', when.during)
    const seasons = (when.during as readonly TimeWindow[]).map((window, i) =>
      season(`remediate.when.during[${i}]`, byTheHour(window)),
    )
    yield (_finding, _incident, now) => seasons.some((each) => each.has(now))
  }
}

function byTheHour(window: TimeWindow): TimeWindow {
  if (window && 'cron' in window)
    throw new ConfigError('remediate.when.during', 'by the hour; a cron window is for guardrails()', window.cron)
  return window
}

/** A slip of the pen, or a value that was never set, must not widen the condition to everything. */
function meant(key: string, value: unknown): void {
  if (!KNOWN.includes(key)) throw new ConfigError(`remediate.when.${key}`, `one of ${KNOWN.join(', ')}`, value)
  if (value === undefined) throw new ConfigError(`remediate.when.${key}`, 'left out, or a value', value)
}

function namesOf(field: string, what: string, given: string | readonly string[]): readonly string[] {
  const names = [given].flat()
  if (names.length === 0) throw new ConfigError(`remediate.when.${field}`, `${what}, or several`, given)
  return names.map((name) => textIn(`remediate.when.${field}`, name))
}
