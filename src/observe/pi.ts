import {
  type Attributes,
  checkOptions,
  type Duration,
  duration,
  numberIn,
  type Source,
  textIn,
} from '../model/index.js'

/** How {@link pi} looks. */
export interface PiOptions {
  /** From 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /**
   * Full rewrites that an SD card is taken to stand, for projecting its life; from 1 to 100,000. Makers seldom say: 300 is on the safe
   * side, cards for cameras of surveillance stand some 3,000. @defaultValue 300
   */
  readonly rewrites?: number
  /** Where `/` is, for tests. @defaultValue `'/'` */
  readonly root?: string
}

/**
 * A Raspberry Pi: temperatures with their limits, under-voltage, throttling now and since the boot, frequencies, the fan, power rails
 * and supply of a Pi 5, wear of an eMMC and write budget of an SD card with the life that it projects, errors and read-only
 * mounts of file systems, Wi-Fi, and who keeps the watchdog. All signals are in docs/signals.md.
 *
 * What is wrong becomes a finding in plain words with an advice, by a watcher that every monitor has: "under-voltage since
 * 14:02 UTC: use a 5 V 3 A supply …". Under-voltages are on record in the monitor's store, so that the reboot which they bring does not
 * erase them; give the monitor a store.
 *
 * Reads `/proc` and `/sys`, asynchronously. Once a minute it asks `vcgencmd`, in the background and with a deadline of 2 s; one that
 * hangs or is missing costs its own signals, and is asked again later and later. On any other machine it reads three files, says
 * nothing and ends.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * createMonitor({ service: 'greenhouse', observe: [vitals(), host(), pi()], store: fileStore('/var/lib/greenhouse') })
 * @see https://www.raspberrypi.com/documentation/computers/os.html#vcgencmd
 */
export function pi(options: PiOptions = {}): Source {
  checkOptions('pi', options, ['every', 'rewrites', 'root'])
  const every = duration('pi.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const rewrites = numberIn('pi.rewrites', options.rewrites ?? 300, 1, 100_000)
  const root = textIn('pi.root', options.root ?? '/', 4_096)
  return {
    name: 'pi',
    async start(emit, context) {
      const { runPi } = await import('./pi/run.js')
      return runPi({ every, rewrites, root }, emit, context)
    },
  }
}

/**
 * The board as resource attributes: `device.manufacturer`, `device.model.name` and `device.model.identifier` (the revision code); none on a
 * machine that is no Raspberry Pi.
 *
 * @example
 * const otel = await telemetry({ service: 'greenhouse', attributes: await piResource() })
 */
export async function piResource(options: Pick<PiOptions, 'root'> = {}): Promise<Attributes> {
  checkOptions('piResource', options, ['root'])
  const { resourceOf } = await import('./pi/resource.js')
  return resourceOf(options.root ?? '/')
}
