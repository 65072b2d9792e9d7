import {
  checkOptions,
  type Duration,
  describe,
  duration,
  functionIn,
  inTime,
  type Source,
  textIn,
} from '../model/index.js'
import { type CheckOptions, type CheckSource, check } from './check.js'
import { targetOf } from './heartbeat-target.js'
import { REACH_OPTIONS, type ReachOptions } from './outgoing/reach.js'

/** Beats that are expected: of a job, a device, another service. */
export interface ExpectedHeartbeat extends Pick<CheckOptions, 'kind' | 'critical' | 'groups'> {
  /** How often a beat is due; from 1 s to 400 d. */
  readonly every: Duration
  /** By how much a beat may be late; up to 400 d. @defaultValue half of `every`, from 1 s to 1 h */
  readonly grace?: Duration
}

/** A source that waits for beats, and the beat. */
export interface Heartbeat extends CheckSource {
  /** It is alive. Costs nothing, never throws; may be called from anywhere, also before the monitor starts. */
  readonly beat: () => void
}

/** Beats that are sent, so that others notice our death. */
export interface SentHeartbeat extends ReachOptions {
  /** Where to: an `http:` or `https:` address that is asked by GET, a `file:` address that is written to, or a function of your own. */
  readonly to: string | URL | ((call: { readonly abort: AbortSignal }) => unknown)
  /** How often; from 1 s to 1 d. @defaultValue `'1m'` */
  readonly every?: Duration
  /** How long one beat may take; from 10 ms to 10 m. @defaultValue `'10s'` */
  readonly timeout?: Duration
  /** Whether to beat now, such as `() => monitor.health().live === 'pass'`. One that throws does not beat. @defaultValue always */
  readonly when?: () => boolean
  /** Tells it from others of its kind. @defaultValue `'heartbeat'` */
  readonly name?: string
}

const LONGEST = 400 * 864e5

/**
 * Expects beats: a health check that fails when none has come for `every` and `grace`, counted from the start of the monitor too,
 * so that what never began is noticed. Time in which the monitor does not run is not counted.
 *
 * @param name - the check is named `heartbeat:<name>`.
 * @throws ConfigError when an option is out of range.
 * @example
 * const backup = heartbeat('backup', { every: '1d', grace: '2h' })
 * const monitor = createMonitor({ service: 'nas', observe: [backup] })
 * backup.beat() // when it has run
 */
export function heartbeat(name: string, options: ExpectedHeartbeat): Heartbeat
/**
 * Sends beats, so that others notice our death: to a dead man's switch, a file that a watchdog looks at, or anywhere.
 *
 * They come from the monitor's own loop, so a process that hangs falls silent; give `when` to fall silent when it is not well. A beat
 * that fails is a counted fault, the next one comes in its time. The address is a secret, and is in no fault. Addresses that lead inside are called only
 * with `private` or `allow`, as with `probe()`.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * heartbeat({ to: 'https://hc.example/ping/1f3c', every: '5m', when: () => monitor.health().live === 'pass' })
 * heartbeat({ to: 'file:///run/checkout/alive' })
 */
export function heartbeat(options: SentHeartbeat): Source
export function heartbeat(subject: string | SentHeartbeat, options?: ExpectedHeartbeat): Source {
  return typeof subject === 'string' ? expected(subject, options as ExpectedHeartbeat) : sent(subject)
}

function expected(name: string, options: ExpectedHeartbeat): Heartbeat {
  checkOptions('heartbeat', options, ['every', 'grace', 'kind', 'critical', 'groups'])
  textIn('heartbeat.name', name, 200)
  const { every: due, grace: late, ...rest } = options
  const every = duration('heartbeat.every', due, { min: 1e3, max: LONGEST })
  const grace = duration('heartbeat.grace', late ?? Math.min(36e5, Math.max(1e3, every / 2)), { min: 0, max: LONGEST })
  const look = Math.min(10_000, Math.max(500, (every + grace) / 20))
  const beats = new Set<() => void>()
  const asked = (fn: () => unknown): CheckSource =>
    check(`heartbeat:${name}`, fn, { ...rest, every: look, failAfter: 1 })
  return {
    ...asked(() => true),
    beat() {
      for (const beat of beats) beat()
    },
    start(emit, context) {
      const { clock, abort } = context
      let last = clock.elapsed()
      const beat = (): void => {
        last = clock.elapsed()
      }
      beats.add(beat)
      abort.addEventListener('abort', () => beats.delete(beat), { once: true })
      return asked(() => verdict(clock.elapsed() - last, every, grace)).start(emit, context)
    },
  }
}

function verdict(silent: number, every: number, grace: number): unknown {
  const observed = { observedValue: silent / 1000, observedUnit: 's' }
  if (silent <= every + grace) return { status: 'pass', ...observed }
  const output = `no beat for ${describe(silent)}; one is due every ${describe(every)}, with ${describe(grace)} of grace`
  return { status: 'fail', output, ...observed }
}

function sent(options: SentHeartbeat): Source {
  checkOptions('heartbeat', options, ['to', 'every', 'timeout', 'when', 'name', ...REACH_OPTIONS])
  const every = duration('heartbeat.every', options.every ?? '1m', { min: 1e3, max: 864e5 })
  const timeout = duration('heartbeat.timeout', options.timeout ?? '10s', { min: 10, max: 6e5 })
  const when = functionIn('heartbeat.when', options.when ?? (() => true))
  const to = targetOf(options)
  const late = (): Error => new Error(`a beat was not taken within ${describe(timeout)}`)
  return {
    name: textIn('heartbeat.name', options.name ?? 'heartbeat'),
    async start(_emit, { clock, abort, fault }) {
      while (!abort.aborted) {
        const began = clock.elapsed()
        try {
          if (when()) await inTime({ clock, ms: timeout, abort, late }, (call) => to(call, clock.now()))
        } catch (error) {
          if (!abort.aborted) fault(error)
        }
        await clock.sleep(Math.max(0, every - (clock.elapsed() - began)), abort)
      }
    },
  }
}
