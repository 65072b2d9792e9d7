import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os'
import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import type { CpuShares } from './cpu.js'
import { takeLoad } from './cpu.js'
import type { Filling } from './disks.js'
import { takeTotals } from './memory.js'
import type { CpuTimes } from './parse-stat.js'

/** What is said once where there is neither /proc nor /sys. */
export const MISSING = (platform: string): string =>
  `on ${platform} Node shows CPU, ${platform === 'win32' ? '' : 'load, '}memory, uptime and the root file system; not observed: swap, disk I/O, network, TCP, pressure, control groups, the state of the clock`

/** macOS and Windows, through what Node offers. */
export function takeElsewhere(
  platform: string,
  files: Files,
  gauges: Gauges,
  shares: CpuShares,
  filling: Filling,
): void {
  shares.take(timesOf(cpus()), gauges)
  if (platform !== 'win32') takeLoad(loadavg(), gauges) // there it is always 0
  takeTotals(totalmem(), freemem(), gauges)
  gauges.gauge(HOST.uptime, uptime())
  const root = platform === 'win32' ? 'C:\\' : '/'
  void filling.take([{ device: root, point: root, type: platform, mode: 'rw' }], files, gauges)
}

/** Milliseconds in each mode, of all CPUs together. */
function timesOf(all: ReturnType<typeof cpus>): CpuTimes {
  const sum = { user: 0, nice: 0, system: 0, idle: 0, iowait: 0, interrupt: 0, steal: 0 }
  for (const { times } of all) {
    sum.user += times.user
    sum.nice += times.nice
    sum.system += times.sys
    sum.idle += times.idle
    sum.interrupt += times.irq
  }
  return sum
}
