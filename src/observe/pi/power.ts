import { PI } from '../../model/signals/pi.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import type { Firmware } from './firmware.js'
import type { Inventory } from './inventory.js'
import type { Board } from './parse-board.js'
import { parseThrottled, powerOf, type Rail, type Throttled, type Throttling } from './parse-firmware.js'
import type { BoardRecord } from './record.js'
import { takeStatus } from './sensors.js'

const CONDITIONS: readonly (readonly [keyof Throttling, string])[] = [
  ['capped', 'frequency_capped'],
  ['throttled', 'throttled'],
  ['soft', 'soft_temperature_limit'],
]
/** The twin of get_throttled in sysfs: wrong on some kernels, not there on a Pi 5. */
const TWIN = '/sys/devices/platform/soc/soc:firmware/get_throttled'
const DAYS = 7

/** What is looked at together about the supply. */
export interface Supply {
  readonly board: Board
  readonly firmware: Firmware
  readonly record: BoardRecord
}

/**
 * Under-voltage and throttling. The kernel's alarm is looked at in each pass, but a short dip falls between; the firmware's bit
 * "since the boot" shows that there was one, so the record takes it in when it has none of this boot.
 */
export async function takePower(
  files: Files,
  gauges: Gauges,
  { hwmons }: Inventory,
  { board, firmware, record }: Supply,
  uptime: number | undefined,
): Promise<void> {
  const path = hwmons.get('rpi_volt')
  const alarm = path === undefined ? undefined : (await files.text(`${path}/in0_lcrit_alarm`))?.trim()
  const throttled = firmware.throttled ?? parseThrottled((await files.text(TWIN)) ?? '')
  const low = alarm === '1' || throttled?.now.underVoltage === true
  const onRecord = uptime !== undefined && record.age !== undefined && record.age < uptime
  if (low || (throttled?.sinceBoot.underVoltage && !onRecord)) await record.underVoltage()
  if (alarm !== undefined || throttled) takeStatus(gauges, 'supply', 'voltage', low ? 'degraded' : 'ok', board.model)
  if (throttled) takeThrottled(throttled, gauges)
  gauges.gauge(PI.underVoltageAge, low ? 0 : record.age, board.model)
  gauges.gauge(PI.underVoltageEpisodes, record.episodes(DAYS))
}

function takeThrottled({ now, sinceBoot }: Throttled, gauges: Gauges): void {
  gauges.gauge(PI.throttled, Number(sinceBoot.underVoltage), 'under_voltage')
  for (const [key, condition] of CONDITIONS) {
    gauges.gauge(PI.throttling, Number(now[key]), condition)
    gauges.gauge(PI.throttled, Number(sinceBoot[key]), condition)
  }
}

export function takeRails(rails: readonly Rail[], gauges: Gauges): void {
  for (const { name, volts, amperes } of rails) {
    gauges.gauge(PI.voltage, volts, name)
    gauges.gauge(PI.current, amperes, name)
  }
  if (rails.length > 0) gauges.gauge(PI.power, powerOf(rails), 'pmic', 'power_supply')
}

/** What the supply of a Pi 5 says that it can give: four bytes, in milliamperes. It is asked at the boot and does not change. */
export function parseSupplyLimit(bytes: string | undefined): number | undefined {
  if (bytes?.length !== 4) return undefined
  const milliamperes = [...bytes].reduce((sum, byte) => sum * 256 + (byte.charCodeAt(0) & 255), 0)
  return milliamperes > 0 && milliamperes <= 20_000 ? milliamperes / 1000 : undefined
}
