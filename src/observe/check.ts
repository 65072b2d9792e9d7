import {
  ATTRIBUTE,
  type CheckKind,
  ConfigError,
  checkOptions,
  type Duration,
  describe,
  duration,
  functionIn,
  idOf,
  integerIn,
  oneOf,
  SIGNAL,
  type Signal,
  type Source,
  textIn,
} from '../model/index.js'
import { type CheckPlan, CheckRun } from './check-run.js'

/** How a {@link check} is run and judged. */
export interface CheckOptions {
  /**
   * Which question it answers: may traffic come (`readiness`), must the process be restarted (`liveness`), has it come up
   * (`startup`: asked until it passes once). @defaultValue `'readiness'`
   */
  readonly kind?: CheckKind
  /** Whether a failure fails the service; otherwise it degrades it. @defaultValue `true` */
  readonly critical?: boolean
  /** Longest wait for an answer, from 1 ms to `every`. @defaultValue `'5s'`, or `every` when that is shorter */
  readonly timeout?: Duration
  /** From start to start of two runs, from 10 ms to 1 d. @defaultValue `'10s'` */
  readonly every?: Duration
  /** Failures in a row until the status gets worse, from 1 to 1,000. @defaultValue 2; 30 for `startup` */
  readonly failAfter?: number
  /** Passes in a row until it gets better, from 1 to 1,000. @defaultValue 1 */
  readonly passAfter?: number
  /** Names under which `/readyz/<group>` asks for it; at most 32. @defaultValue none */
  readonly groups?: readonly string[]
  /** Checks without which this one cannot pass; at most 32. Not for `liveness`. @defaultValue none */
  readonly dependsOn?: readonly string[]
}

/** A health check as a source. */
export interface CheckSource extends Source {
  /** What it checks, for whoever must tell checks apart before they have run. */
  readonly check: {
    readonly name: string
    readonly kind: CheckKind
    readonly critical: boolean
    readonly groups: readonly string[]
    readonly dependsOn: readonly string[]
  }
}

const KINDS = ['readiness', 'liveness', 'startup'] as const
const MOST_LISTED = 32
/** First runs are spread over so much of the cadence, and over {@link LONGEST_SPREAD} at most. */
const SPREAD = 0.1
const LONGEST_SPREAD = 1_000

/**
 * A health check: asked in the background, answered from its last result.
 *
 * `fn` may be synchronous or not. It passes when it returns or resolves, whatever the value, except:
 *
 * - `false`, a throw or a rejection fails it;
 * - `'warn'` or `'fail'` is taken by its word, and so is `{ status, output, observedValue, … }` (see {@link CheckAnswer});
 *   `'down'` and `'error'` mean `'fail'`, as in health+json;
 * - a `Response` of `fetch` passes when it is `ok`.
 *
 * It gets `{ abort }`, an `AbortSignal` that fires when it runs out of time or the monitor stops. One that ignores it fails
 * all the same after `timeout`; a late answer is ignored; and while it hangs it is not called again, but keeps failing with
 * `still running since …`, so calls never pile up.
 *
 * The cadence is fixed, from start to start. First runs are spread, by the check's name, over a tenth of `every` and 1 s at
 * the most, so that a thousand checks do not start in one instant.
 *
 * The first answer decides at once; after that `failAfter` and `passAfter` in a row are asked for. So a failure shows
 * within `failAfter × every + timeout`. A `startup` check has until `failAfter` failures to pass for the first time, and is
 * then asked no more.
 *
 * A liveness check says whether a restart would help. It must never ask a database or another service: when that is down,
 * every instance would be restarted, and again. So `dependsOn` is refused for it.
 *
 * Emits `pi_uptime.check.status` (1 pass, 0.5 warn, 0 fail) and `pi_uptime.check.duration` (s); publishes each result. Memory
 * belongs to the monitor that starts it: the same check may serve two. O(1) a run.
 *
 * @param name - unique among the monitor's checks, at most 255 characters.
 * @throws ConfigError when an option is out of range.
 * @example
 * check('db', ({ abort }) => pool.query({ text: 'select 1', signal: abort }), { every: '10s', timeout: '2s' })
 * check('disk', () => ({ status: free < 1e9 ? 'warn' : 'pass', observedValue: free, observedUnit: 'By' }), { critical: false })
 * check('api', ({ abort }) => fetch('http://api.internal/livez', { signal: abort }), { dependsOn: ['db'], groups: ['checkout'] })
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export function check(
  name: string,
  fn: (call: { readonly abort: AbortSignal }) => unknown,
  options: CheckOptions = {},
): CheckSource {
  const plan = planOf(name, fn, options)
  const { kind, critical, groups, dependsOn } = plan
  return {
    name: `check:${name}`,
    check: { name, kind, critical, groups, dependsOn },
    start: (emit, context) => new CheckRun(plan, emit, context).start(),
  }
}

const OPTIONS: readonly (keyof CheckOptions)[] = [
  'kind',
  'critical',
  'every',
  'timeout',
  'failAfter',
  'passAfter',
  'groups',
  'dependsOn',
]

function planOf(name: string, fn: CheckPlan['fn'], options: CheckOptions): CheckPlan {
  textIn('check.name', name)
  functionIn('check.fn', fn)
  checkOptions('check', options, OPTIONS)
  const kind = oneOf('check.kind', options.kind ?? 'readiness', KINDS)
  const critical = flagIn('check.critical', options.critical ?? true)
  const every = duration('check.every', options.every ?? '10s', { min: 10, max: 864e5 })
  return {
    name,
    fn,
    kind,
    critical,
    every,
    timeout: timeoutOf(options.timeout ?? Math.min(5_000, every), every),
    spread: Math.floor(Math.min(SPREAD * every, LONGEST_SPREAD) * share(name)),
    failAfter: integerIn('check.failAfter', options.failAfter ?? (kind === 'startup' ? 30 : 2), 1, 1_000),
    passAfter: integerIn('check.passAfter', options.passAfter ?? 1, 1, 1_000),
    groups: namesIn('check.groups', options.groups ?? []),
    dependsOn: dependenciesOf(name, kind, options.dependsOn ?? []),
    ...signalsOf(name, kind, critical),
  }
}

function timeoutOf(timeout: Duration, every: number): number {
  const ms = duration('check.timeout', timeout)
  if (ms > every) throw new ConfigError('check.timeout', `at most 'every', which is ${describe(every)}`, timeout)
  return ms
}

function dependenciesOf(name: string, kind: CheckKind, dependsOn: readonly string[]): readonly string[] {
  const names = namesIn('check.dependsOn', dependsOn)
  if (names.length === 0) return names
  if (kind === 'liveness') {
    throw new ConfigError('check.dependsOn', 'empty for a liveness check: a restart cures no dependency', names)
  }
  if (names.includes(name)) throw new ConfigError('check.dependsOn', 'names of other checks', name)
  return names
}

function namesIn(field: string, names: readonly string[]): readonly string[] {
  if (!Array.isArray(names) || names.length > MOST_LISTED) {
    throw new ConfigError(field, `a list of at most ${MOST_LISTED} names`, names)
  }
  return Object.freeze(names.map((name, i) => textIn(`${field}[${i}]`, name)))
}

function flagIn(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ConfigError(field, 'true or false', value)
}

function signalsOf(
  name: string,
  kind: CheckKind,
  critical: boolean,
): Pick<CheckPlan, 'statusSignal' | 'durationSignal'> {
  const { checkName, checkKind, checkCritical } = ATTRIBUTE
  const attributes = Object.freeze({ [checkName]: name, [checkKind]: kind, [checkCritical]: critical })
  const statusSignal: Signal = { name: SIGNAL.checkStatus, unit: '1', attributes }
  const durationSignal: Signal = {
    name: SIGNAL.checkDuration,
    unit: 's',
    attributes: Object.freeze({ [checkName]: name }),
  }
  return { statusSignal, durationSignal }
}

/** A number from 0 up to 1 that always is the same for the same text. */
function share(text: string): number {
  return (Number.parseInt(idOf('s', text).slice(2), 36) % 1_000) / 1_000
}
