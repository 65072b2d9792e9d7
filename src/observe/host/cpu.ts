import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { parsePressure } from './parse-pressure.js'
import { type CpuTimes, parseCpuTimes, parseLoad } from './parse-stat.js'

const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const
const WINDOWS = ['1m', '5m', '15m'] as const
const RESOURCES = ['cpu', 'io', 'memory'] as const

/** Shares of the time between two looks. The kernel may count a mode back by a little: that is none. */
export class CpuShares {
  #before: CpuTimes | undefined

  take(times: CpuTimes | undefined, gauges: Gauges): void {
    const before = this.#before
    this.#before = times
    if (!times || !before) return
    const spent = MODES.map((mode) => Math.max(0, times[mode] - before[mode]))
    const all = spent.reduce((sum, one) => sum + one, 0)
    if (all === 0) return
    MODES.forEach((mode, i) => {
      gauges.gauge(HOST.cpu, (spent[i] as number) / all, mode)
    })
    const idle = (spent[MODES.indexOf('idle')] as number) + (spent[MODES.indexOf('iowait')] as number)
    gauges.gauge(HOST.cpu, (all - idle) / all)
  }
}

export async function takeCpu(files: Files, gauges: Gauges, shares: CpuShares): Promise<void> {
  shares.take(parseCpuTimes((await files.text('/proc/stat')) ?? ''), gauges)
  takeLoad(parseLoad((await files.text('/proc/loadavg')) ?? ''), gauges)
}

export function takeLoad(load: readonly number[] | undefined, gauges: Gauges): void {
  WINDOWS.forEach((window, i) => {
    gauges.gauge(HOST.load, load?.[i], window)
  })
}

/** Where the kernel was built or booted without PSI the files are absent or refuse to be read: nothing is observed then. */
export async function takePressure(files: Files, gauges: Gauges): Promise<void> {
  for (const resource of RESOURCES) {
    const { some, full } = parsePressure((await files.text(`/proc/pressure/${resource}`)) ?? '')
    gauges.rate(HOST.pressure, some, resource, 'some')
    if (resource !== 'cpu') gauges.rate(HOST.pressure, full, resource, 'full') // of the whole machine's CPUs always 0
  }
}
