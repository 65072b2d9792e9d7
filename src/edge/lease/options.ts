import { type Clock, ConfigError, checkOptions, type Duration, duration, integerIn, textIn } from '../../model/index.js'
import { systemClock } from '../system-clock.js'

/** How a lease on a broker is limited. */
export interface BrokerLeaseOptions {
  /** What is leased, the same for the whole fleet: 1 to 100 of letters, digits, `_` and `-`. */
  readonly name: string
  /** How many may hold a slot at once. From 1 to 100; the same for the whole fleet. @defaultValue 1 */
  readonly slots?: number
  /** After so long without being renewed a slot is free again. From 3 s to 1 h. @defaultValue `'30s'` */
  readonly ttl?: Duration
  /** How long the broker may take to answer; then nothing is done. From 100 ms to 1 m. @defaultValue `'5s'` */
  readonly timeout?: Duration
  /** Time, for tests. @defaultValue the machine's */
  readonly clock?: Clock
}

/** The same, checked, in milliseconds. */
export interface BrokerLease {
  readonly name: string
  readonly slots: number
  readonly ttl: number
  /** A slot is given up here so long before the broker lets it go. */
  readonly margin: number
  readonly timeout: number
  readonly clock: Clock
}

/** @throws ConfigError naming the field. */
export function brokerLeaseOf(who: string, options: BrokerLeaseOptions): BrokerLease {
  checkOptions(who, options, ['name', 'slots', 'ttl', 'timeout', 'clock'])
  const name = textIn(`${who}.name`, options.name, 100)
  if (!/^[\w-]+$/.test(name)) throw new ConfigError(`${who}.name`, '1 to 100 letters, digits, _ and -', name)
  const ttl = duration(`${who}.ttl`, options.ttl ?? '30s', { min: 3_000, max: 3_600_000 })
  return {
    name,
    slots: integerIn(`${who}.slots`, options.slots ?? 1, 1, 100),
    ttl,
    margin: Math.max(ttl / 5, 1_000),
    timeout: duration(`${who}.timeout`, options.timeout ?? '5s', { min: 100, max: 60_000 }),
    clock: options.clock ?? systemClock(),
  }
}
