import { ATTRIBUTE, type Band, clockTime, digits, type Severity, SIGNAL, type Signal } from '../model/index.js'

/** What is wrong when a signal of the hardware has certain values, and what to do about it. */
export interface HardwareRule {
  readonly signal: string
  /** Attributes that a signal must have for the rule to be about it. */
  readonly attributes?: Readonly<Record<string, string>>
  /** How bad a value is; `undefined` is well. */
  judge(value: number): Severity | undefined
  /** For how long it must be bad, in milliseconds. @defaultValue 0 */
  readonly minDuration?: number
  readonly expected: Band
  /** Its name in a sentence. */
  readonly trouble: string
  /** What is wrong, and what to do: `… since 14:02 UTC: do this`. */
  says(signal: Signal, value: number, since: string, time: number): string
}

const MINUTE = 60_000
const DAY = 86_400
/** Seconds in which an under-voltage that comes and goes is still the present one. */
const JUST_NOW = 60
const OFF: Band = { value: 0, low: 0, high: 0 }
const atLeast = (low: number, high: number = Number.MAX_VALUE): Band => ({ value: low, low, high })
const set = (severity: Severity) => (value: number) => (value >= 0.5 ? severity : undefined)
const of = (signal: Signal, attribute: string): string => String(signal.attributes[attribute] ?? 'it')

/** What a supply must give, by the board: the makers' own words. */
function supplyFor(signal: Signal): string {
  const model = of(signal, 'hw.model')
  if (/Pi 5|Pi 500|Module 5/.test(model)) return '5 V 5 A supply'
  if (/Pi 4|Pi 400|Module 4/.test(model)) return '5 V 3 A supply'
  return '5 V 2.5 A supply'
}

const status = (type: string, state: string, severity: Severity): Omit<HardwareRule, 'says' | 'trouble'> => ({
  signal: SIGNAL.hardwareStatus,
  attributes: { 'hw.type': type, 'hw.state': state },
  judge: set(severity),
  expected: OFF,
})

const throttling = (condition: string): Omit<HardwareRule, 'says' | 'trouble'> => ({
  signal: SIGNAL.throttling,
  attributes: { [ATTRIBUTE.condition]: condition },
  judge: set('warning'),
  expected: OFF,
})

const COOL = 'give it a heatsink, a fan or more air, or less to do'

/** Every rule. The firmware slows a Pi down from 80 °C and more so from 85 °C; below 4.63 V it raises the alarm. */
export const HARDWARE_RULES: readonly HardwareRule[] = [
  {
    ...status('voltage', 'degraded', 'critical'),
    trouble: 'the under-voltage',
    says: (signal, _, since) =>
      `under-voltage since ${since}: use a ${supplyFor(signal)} and a short, thick cable; the board may reboot and damage its card`,
  },
  {
    signal: SIGNAL.underVoltageAge,
    trouble: 'an under-voltage of the last day',
    judge: (age) => (age > JUST_NOW && age < DAY ? 'warning' : undefined),
    expected: atLeast(DAY),
    says: (signal, age, _, time) =>
      `there was an under-voltage at ${clockTime(time - age * 1000, time)}: use a ${supplyFor(signal)} and a short, thick cable`,
  },
  {
    signal: SIGNAL.voltage,
    attributes: { 'hw.id': 'EXT5V' },
    trouble: 'the low voltage of the supply',
    judge: (volts) => (volts < 4.75 ? 'warning' : undefined),
    expected: atLeast(4.75, 5.25),
    says: (_, volts, since) =>
      `the supply gives ${digits(volts)} V, less than 4.75 V since ${since}: use a 5 V 5 A supply and a short, thick cable`,
  },
  {
    signal: SIGNAL.supplyLimit,
    trouble: 'the small supply',
    judge: (amperes) => (amperes < 5 ? 'info' : undefined),
    expected: atLeast(5),
    says: (_, amperes) =>
      `the supply says that it can give ${digits(amperes)} A: for disks and other loads on USB use a 5 V 5 A supply`,
  },
  {
    ...throttling('throttled'),
    trouble: 'the slowing down of the processor',
    says: (_, __, since) =>
      `the firmware slows the processor down since ${since}: ${COOL}; where there is an under-voltage too, a better supply`,
  },
  {
    ...throttling('frequency_capped'),
    trouble: 'the cap on the frequency of the processor',
    says: (_, __, since) =>
      `the firmware caps the processor's frequency since ${since}: ${COOL}; where there is an under-voltage too, a better supply`,
  },
  {
    ...throttling('soft_temperature_limit'),
    trouble: 'the soft temperature limit',
    says: (_, __, since) => `the soft temperature limit is in force since ${since}: ${COOL}`,
  },
  {
    signal: SIGNAL.temperature,
    attributes: { 'hw.id': 'cpu-thermal' },
    trouble: 'the heat of the processor',
    judge: (celsius) => (celsius >= 85 ? 'critical' : celsius >= 80 ? 'warning' : undefined),
    expected: { value: 60, low: 0, high: 80 },
    says: (_, celsius, since) => `the processor has ${digits(celsius)} °C, 80 °C or more since ${since}: ${COOL}`,
  },
  {
    ...status('fan', 'failed', 'warning'),
    trouble: 'the standstill of the fan',
    minDuration: MINUTE / 2,
    says: (signal, _, since) =>
      `the fan ${of(signal, 'hw.id')} is told to turn and stands still since ${since}: free it, look at its plug, or replace it`,
  },
  {
    signal: SIGNAL.readOnly,
    trouble: 'the read-only mount',
    judge: set('critical'),
    expected: OFF,
    says: (signal, _, since) =>
      `${of(signal, 'system.filesystem.mountpoint')} is mounted read-only since ${since}: the kernel does so when a disk fails; save what matters, read its log (dmesg), check the file system (fsck) and replace the card or disk`,
  },
  {
    signal: SIGNAL.hardwareErrors,
    attributes: { 'error.type': 'ext4' },
    trouble: 'the list of errors of the file system',
    judge: (errors) => (errors > 0 ? 'warning' : undefined),
    expected: OFF,
    says: (signal, errors) =>
      `the file system on ${of(signal, 'hw.id')} has ${digits(errors)} errors on record: save what matters, check it (fsck), and replace the card if they come again`,
  },
  {
    ...status('physical_disk', 'predicted_failure', 'warning'),
    trouble: 'the wear of the eMMC',
    says: (signal) => `${of(signal, 'hw.id')} is near the end of its life: plan to replace it`,
  },
  {
    ...status('physical_disk', 'failed', 'critical'),
    trouble: 'the wear of the eMMC',
    says: (signal) => `${of(signal, 'hw.id')} has worn to the end of its life: save what matters and replace it now`,
  },
  {
    signal: SIGNAL.storageLife,
    trouble: 'the short life of the card',
    judge: (days) => (days < 90 ? 'warning' : undefined),
    expected: atLeast(90),
    says: (signal, days) =>
      `at this pace of writing ${of(signal, 'system.device.name')} lasts some ${digits(days)} days more: write less (logs in memory, fewer syncs), or use a card of high endurance or an SSD`,
  },
  {
    signal: SIGNAL.wifi,
    trouble: 'the weakness of the Wi-Fi',
    judge: (dbm) => (dbm < -80 ? 'warning' : undefined),
    minDuration: MINUTE,
    expected: { value: -60, low: -80, high: 0 },
    says: (signal, dbm, since) =>
      `the Wi-Fi of ${of(signal, 'network.interface.name')} is weak, ${digits(dbm)} dBm, since ${since}: move the board or the access point, use an antenna, or a cable`,
  },
]
