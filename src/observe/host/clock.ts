import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { numberOf } from '../machine/text.js'
import { parseUptime } from './parse-stat.js'

/** Jumps are the monitor's own matter: it observes them itself. */
export async function takeClock(files: Files, gauges: Gauges, now: () => number): Promise<void> {
  gauges.gauge(HOST.uptime, parseUptime((await files.text('/proc/uptime')) ?? ''))
  const battery = numberOf(await files.text('/sys/class/rtc/rtc0/since_epoch'))
  if (battery !== undefined) gauges.gauge(HOST.clockOffset, Math.floor(now() / 1000) - battery)
  const marks = await files.list('/run/systemd/timesync', 8)
  if (marks) gauges.gauge(HOST.clockSynchronized, marks.includes('synchronized') ? 1 : 0)
}
