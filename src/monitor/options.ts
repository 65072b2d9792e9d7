import {
  type Budget,
  budget,
  type Clock,
  ConfigError,
  type Correlator,
  checkOptions,
  type Duration,
  duration,
  type Fault,
  functionIn,
  integerIn,
  type Part,
  type Responder,
  type Source,
  type Store,
  textIn,
  verbsIn,
  type Watcher,
} from '../model/index.js'

/** Where to export to; the globally registered OpenTelemetry providers when left out. */
export interface TelemetryOptions {
  /** An OpenTelemetry `MeterProvider`. @defaultValue the global one, also when it is registered later */
  readonly meterProvider?: unknown
  /** An OpenTelemetry `LoggerProvider`. @defaultValue the global one where the logs API is installed */
  readonly loggerProvider?: unknown
}

/** How a monitor is built. */
export interface MonitorOptions {
  /** `service.name`, as telemetry and alerts show it. */
  readonly service: string
  /** What produces observations. */
  readonly observe?: readonly Source[]
  /** What turns them into findings. Failing health checks always do. */
  // biome-ignore lint/suspicious/noExplicitAny: a watcher's memory is its own business
  readonly watch?: readonly Watcher<any>[]
  /**
   * How many false findings are accepted in all, shared by the signals that `anomaly()` watches with neither a `threshold` nor a
   * `budget` of its own. @defaultValue none: thresholds are fixed
   */
  readonly budget?: Budget
  /** What happens about incidents. */
  // biome-ignore lint/suspicious/noExplicitAny: a responder's memory and orders are its own business
  readonly respond?: readonly Responder<any, any>[]
  /** What groups findings into incidents. @defaultValue `correlate()` */
  // biome-ignore lint/suspicious/noExplicitAny: a correlator's memory is its own business
  readonly correlate?: Correlator<any>
  /** Where the memory survives. @defaultValue nowhere: a restart begins afresh */
  readonly store?: Store
  /** How often the memory is saved; also at the stop. From 1 s to 1 d. @defaultValue `'5m'` */
  readonly snapshotEvery?: Duration
  /** How often time passes for the parts while something is open; a thirtieth as often while all is well. From 10 ms to 1 m. @defaultValue `'1s'` */
  readonly tick?: Duration
  /** Signals that are watched at the most. From 1 to 1,000,000. @defaultValue 10,000 */
  readonly maxSignals?: number
  /** Exports findings, incidents, health, actions and own costs through OpenTelemetry. `false` for not. @defaultValue the global providers */
  readonly telemetry?: TelemetryOptions | false
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
  /**
   * How exact stamps are: the clock is read at most once in this time, since reading it costs more than detecting does.
   * From 0 to 10 s. @defaultValue `'100ms'`
   */
  readonly resolution?: Duration
  /** Hears of every failure; otherwise they are counted, and shown as `fault` events. */
  readonly onFault?: (fault: Fault) => unknown
}

/** The timings and limits of a monitor, checked. */
export interface Settings {
  readonly tick: number
  readonly snapshotEvery: number
  readonly resolution: number
  readonly maxSignals: number
  /** False findings a millisecond; 0 without a budget. */
  readonly budget: number
}

const OPTIONS: readonly (keyof MonitorOptions)[] = [
  'service',
  'observe',
  'watch',
  'budget',
  'respond',
  'correlate',
  'store',
  'snapshotEvery',
  'tick',
  'maxSignals',
  'telemetry',
  'clock',
  'resolution',
  'onFault',
]

/** @throws ConfigError naming the field. */
export function settingsOf(options: MonitorOptions): Settings {
  checkOptions('createMonitor', options, OPTIONS)
  textIn('createMonitor.service', options.service)
  checkHooks(options)
  return {
    tick: duration('createMonitor.tick', options.tick ?? '1s', { min: 10, max: 6e4 }),
    snapshotEvery: duration('createMonitor.snapshotEvery', options.snapshotEvery ?? '5m', { min: 1e3, max: 864e5 }),
    resolution: duration('createMonitor.resolution', options.resolution ?? 100, { min: 0, max: 1e4 }),
    maxSignals: integerIn('createMonitor.maxSignals', options.maxSignals ?? 10_000, 1, 1_000_000),
    budget: options.budget === undefined ? 0 : budget('createMonitor.budget', options.budget),
  }
}

/** What the user brings, as far as it can be told before it runs. */
function checkHooks({ store, correlate, telemetry, clock, onFault }: MonitorOptions): void {
  if (store !== undefined) verbsIn('createMonitor.store', store, ['get', 'set', 'delete', 'keys'])
  if (correlate !== undefined) verbsIn('createMonitor.correlate', correlate, ['start', 'push', 'tick'])
  if (clock !== undefined) verbsIn('createMonitor.clock', clock, ['now', 'elapsed', 'sleep'])
  if (onFault !== undefined) functionIn('createMonitor.onFault', onFault)
  if (telemetry === undefined || telemetry === false) return
  if (typeof telemetry !== 'object' || telemetry === null)
    throw new ConfigError('createMonitor.telemetry', 'false, or providers', telemetry)
}

/** Which of the three lists a part belongs to, by its verbs. */
export type Role = 'observe' | 'watch' | 'respond'

/** @throws ConfigError when it is no part. */
export function roleOf(field: string, part: Part): Role {
  const verbs = part as Partial<Source & Watcher & Responder> | null
  if (typeof verbs === 'object' && verbs !== null) {
    textIn(`${field}.name`, verbs.name)
    if (typeof verbs.perform === 'function') return 'respond'
    if (typeof verbs.matches === 'function') return 'watch'
    if (typeof verbs.start === 'function') return 'observe'
  }
  throw new ConfigError(field, 'a Source, a Watcher or a Responder', part)
}

/** Checks that `part` may stand in a list beside the `others`. @throws ConfigError when not. */
export function checkPart(field: string, part: Part, role: Role, others: readonly Part[], most: number): void {
  if (others.length >= most) throw new ConfigError(field, `one of at most ${most} parts`, part)
  const found = roleOf(field, part)
  if (found !== role) throw new ConfigError(field, `a part for '${role}', not for '${found}'`, part.name)
  if (others.some((other) => other.name === part.name)) {
    throw new ConfigError(`${field}.name`, 'unique in its list; give the part a name of its own', part.name)
  }
}
