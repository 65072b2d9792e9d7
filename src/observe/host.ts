import { checkOptions, type Duration, duration, type Source, textIn } from '../model/index.js'

/** How often {@link host} looks. */
export interface HostOptions {
  /** The window over which rates are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /** Where `/` is: for tests, or for a container in which the host's `/proc` and `/sys` are mounted. @defaultValue `'/'` */
  readonly root?: string
}

/**
 * The machine that the service runs on, and the container or control group that it runs in.
 *
 * CPU by mode, load, memory, swap and zram, disk I/O and latency, file systems with inodes and mount mode, network with errors,
 * drops, TCP states and retransmissions, pressure (PSI), limits and throttling of the control group (v1 and v2), uptime, and the
 * state of the clock. All signals are in docs/signals.md, under OpenTelemetry's names where it has one. Counters become rates over
 * our own window; one that is reset loses a window.
 *
 * On Linux it reads `/proc` and `/sys`, asynchronously, with no child process; on macOS and Windows it observes what Node offers,
 * and says once, by a fault, what is missing. Devices are bounded: 32 disks, file systems and interfaces; file systems of the
 * network are left out, since asking one that hangs hangs the asker.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * createMonitor({ service: 'shop', observe: [vitals(), host()], watch: [anomaly()] })
 * @see https://opentelemetry.io/docs/specs/semconv/system/system-metrics/
 */
export function host(options: HostOptions = {}): Source {
  checkOptions('host', options, ['every', 'root'])
  const every = duration('host.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const root = textIn('host.root', options.root ?? '/', 4_096)
  return {
    name: 'host',
    async start(emit, context) {
      const { runHost } = await import('./host/run.js')
      return runHost({ every, root, platform: process.platform }, emit, context)
    },
  }
}
