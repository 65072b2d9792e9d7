import { checkOptions, type Duration, duration, integerIn, textIn } from '../model/index.js'
import { type CheckOptions, type CheckSource, check } from './check.js'
import type { Boundary } from './outgoing/boundary.js'
import { boundaryIn, REACH_OPTIONS, type ReachOptions } from './outgoing/reach.js'
import { type ProbeTarget, targetIn } from './probe-target.js'

/** A program as a probe, in the manner of Nagios: it passes with 0, warns with 1, fails with anything else. */
export interface ProbeCommand {
  /** Absolute path of the program; no shell is involved. */
  readonly command: string
  /** @defaultValue none */
  readonly argv?: readonly string[]
}

/** How a {@link probe} asks, and all that a check has. */
export interface ProbeOptions extends CheckOptions, ReachOptions {
  /** Name of the check. @defaultValue the target, without user name, password and query */
  readonly name?: string
  /** HTTP: a status that passes, from 100 to 599. @defaultValue 200 to 299 */
  readonly status?: number
  /** TLS and HTTPS: a certificate that ends sooner degrades the check; from 0 to 3,650 d. @defaultValue `'14d'` */
  readonly expiry?: Duration
  /** TLS and HTTPS: certificates that are trusted, in PEM. @defaultValue those of Node */
  readonly ca?: string
}

const OWN = ['name', ...REACH_OPTIONS, 'status', 'expiry', 'ca'] as const
const CHECKS = ['kind', 'critical', 'every', 'timeout', 'failAfter', 'passAfter', 'groups', 'dependsOn'] as const
const LONGEST = 3650 * 864e5

/**
 * Asks something from outside, as its users do, and is a health check with it: latency, status, days until a certificate ends.
 *
 * | target | passes when |
 * | --- | --- |
 * | `http://…`, `https://…` | a GET is answered with 2xx, or `status`; redirects are not followed; of HTTPS the certificate is looked at too |
 * | `tcp://host:port` | a connection is accepted |
 * | `tls://host:port` | the handshake succeeds, the certificate is valid for the host and does not end within `expiry` |
 * | `dns:name?type=A`, `dns://server/name` | there is at least one record (RFC 4501) |
 * | `{ command, argv }` | the program ends with 0; it warns with 1 |
 *
 * Addresses that lead inside are not called unless they are allowed: loopback and private ones by `private`, all others that are not
 * public by `allow`. What is judged is the address that is connected to, after the name is resolved, however it was written.
 * A probe ends at the check's `timeout`, whatever the other side does.
 *
 * Emits `pi_uptime.check.status` and `.duration` as each check, and by its kind `pi_uptime.probe.http.status`,
 * `pi_uptime.probe.certificate.expiry` (d) or `pi_uptime.probe.dns.answers`. Where `PI_UPTIME_COMMANDS` is set, no other program is run.
 *
 * @throws ConfigError when the target or an option is out of range.
 * @example
 * probe('https://shop.example/health', { every: '1m' })
 * probe('tcp://10.0.0.7:5432', { private: true, name: 'postgres' })
 * probe('tls://mail.example:465', { expiry: '30d', every: '1h', critical: false })
 * probe('dns://10.0.0.2/shop.example?type=AAAA', { private: true })
 * probe({ command: '/usr/lib/nagios/plugins/check_raid' }, { every: '10m' })
 */
export function probe(target: string | ProbeCommand, options: ProbeOptions = {}): CheckSource {
  checkOptions('probe', options, [...OWN, ...CHECKS])
  const to = targetIn(target)
  const plan = planOf(to, options)
  const rest = Object.fromEntries(CHECKS.filter((key) => key in options).map((key) => [key, options[key]]))
  const name = options.name ?? to.name
  const asked = (fn: Parameters<typeof check>[1]): CheckSource => check(name, fn, rest)
  return {
    ...asked(() => true),
    start: (emit, context) =>
      asked(async ({ abort }) => {
        const { runProbe } = await import('./probe/run.js')
        return runProbe(plan, { name, emit, clock: context.clock, abort })
      }).start(emit, context),
  }
}

/** A probe as built. */
export interface ProbePlan {
  readonly to: ProbeTarget
  readonly boundary: Boundary
  readonly status: number | undefined
  /** Milliseconds. */
  readonly expiry: number
  readonly ca: string | undefined
}

function planOf(to: ProbeTarget, options: ProbeOptions): ProbePlan {
  const { status, ca } = options
  return {
    to,
    boundary: boundaryIn('probe', options),
    status: status === undefined ? undefined : integerIn('probe.status', status, 100, 599),
    expiry: duration('probe.expiry', options.expiry ?? '14d', { min: 0, max: LONGEST }),
    ca: ca === undefined ? undefined : textIn('probe.ca', ca, 1_000_000),
  }
}
