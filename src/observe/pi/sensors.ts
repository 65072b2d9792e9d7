import { PI } from '../../model/signals/pi.js'
import { parseRadios } from '../host/parse-network.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { numberOf } from '../machine/text.js'
import { degreesOf, type Inventory } from './inventory.js'

const STATES = ['ok', 'degraded', 'predicted_failure', 'failed'] as const
/** pwm of a fan at full speed. */
const FULL = 255

/** In which state a part is, as OpenTelemetry has it: 1 for that one, 0 for the others. */
export type Status = (typeof STATES)[number]

export function takeStatus(gauges: Gauges, id: string, type: string, status: Status, model?: string): void {
  for (const state of STATES) gauges.gauge(PI.status, state === status ? 1 : 0, id, type, state, model)
}

export async function takeTemperatures(files: Files, gauges: Gauges, { zones, hwmons }: Inventory): Promise<void> {
  for (const { id, path, limits } of zones) {
    gauges.gauge(PI.temperature, degreesOf(await files.text(`${path}/temp`)), id)
    for (const [limit, celsius] of limits) gauges.gauge(PI.temperatureLimit, celsius, id, limit)
  }
  for (const [name, path] of hwmons) {
    if (name === 'cpu_thermal') continue // the zone, once more
    gauges.gauge(PI.temperature, degreesOf(await files.text(`${path}/temp1_input`)), name)
  }
}

export async function takeFrequencies(files: Files, gauges: Gauges, { cpus }: Inventory): Promise<void> {
  for (const cpu of cpus) {
    const kilohertz = numberOf(await files.text(`/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`))
    if (kilohertz !== undefined) gauges.gauge(PI.frequency, kilohertz * 1000, cpu)
  }
}

/** A fan that is told to turn and stands still has failed. */
export async function takeFans(files: Files, gauges: Gauges, { hwmons }: Inventory): Promise<void> {
  for (const [name, path] of hwmons) {
    const turns = numberOf(await files.text(`${path}/fan1_input`))
    if (turns === undefined || turns < 0) continue
    const told = numberOf(await files.text(`${path}/pwm1`))
    gauges.gauge(PI.fan, turns, name)
    if (told === undefined || told < 0 || told > FULL) continue
    gauges.gauge(PI.fanRatio, told / FULL, name)
    takeStatus(gauges, name, 'fan', told > 0 && turns === 0 ? 'failed' : 'ok')
  }
}

export async function takeRadios(files: Files, gauges: Gauges): Promise<void> {
  for (const { name, quality, level } of parseRadios((await files.text('/proc/net/wireless')) ?? '')) {
    gauges.gauge(PI.wifi, level, name)
    gauges.gauge(PI.wifiQuality, quality, name)
  }
}

/** Only one process can have the device open; that it is the first of all can be seen by its name, where that is systemd. */
export async function takeWatchdog(files: Files, gauges: Gauges): Promise<void> {
  const state = (await files.text('/sys/class/watchdog/watchdog0/state'))?.trim()
  if (state !== 'active' && state !== 'inactive') return
  const systemd = (await files.text('/proc/1/comm'))?.trim() === 'systemd'
  const owner = state === 'inactive' ? 'none' : systemd ? 'systemd' : 'another'
  for (const one of ['none', 'systemd', 'another'])
    gauges.gauge(PI.watchdog, one === owner && one !== 'none' ? 1 : 0, one)
}
