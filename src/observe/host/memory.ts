import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { parseFields } from '../machine/text.js'
import { parseZram } from './parse-disks.js'

/** Compressed swaps that are looked for: zram0 and on. */
const MOST_ZRAM = 4

export async function takeMemory(files: Files, gauges: Gauges): Promise<void> {
  takeMeminfo(parseFields((await files.text('/proc/meminfo')) ?? ''), gauges)
  takeVmstat(parseFields((await files.text('/proc/vmstat')) ?? ''), gauges)
  for (let i = 0; i < MOST_ZRAM; i++) {
    const text = await files.text(`/sys/block/zram${i}/mm_stat`)
    if (text === undefined) return
    const zram = parseZram(text)
    for (const state of ['original', 'compressed', 'resident'] as const)
      gauges.gauge(HOST.zram, zram?.[state], `zram${i}`, state)
  }
}

function takeMeminfo(info: ReadonlyMap<string, number>, gauges: Gauges): void {
  const total = info.get('MemTotal')
  const free = info.get('MemFree')
  const available = info.get('MemAvailable') ?? free
  if (!total || available === undefined) return
  takeTotals(total, Math.min(available, total), gauges)
  gauges.gauge(HOST.memory, free, 'free')
  gauges.gauge(HOST.memory, info.get('Cached'), 'cached')
  gauges.gauge(HOST.memory, info.get('Buffers'), 'buffers')
  const swap = info.get('SwapTotal')
  const left = info.get('SwapFree')
  if (!swap || left === undefined) return
  const used = Math.max(0, swap - left)
  gauges.gauge(HOST.paging, used, 'used')
  gauges.gauge(HOST.paging, left, 'free')
  gauges.gauge(HOST.pagingUtilization, used / swap, 'used')
}

export function takeTotals(total: number, available: number, gauges: Gauges): void {
  gauges.gauge(HOST.memoryLimit, total)
  gauges.gauge(HOST.memoryAvailable, available)
  gauges.gauge(HOST.memory, total - available, 'used')
  gauges.gauge(HOST.memoryUtilization, (total - available) / total, 'used')
}

function takeVmstat(stat: ReadonlyMap<string, number>, gauges: Gauges): void {
  gauges.rate(HOST.pagingOperations, stat.get('pswpin'), 'in')
  gauges.rate(HOST.pagingOperations, stat.get('pswpout'), 'out')
  const major = stat.get('pgmajfault')
  const faults = stat.get('pgfault')
  gauges.rate(HOST.pagingFaults, major, 'major')
  if (faults !== undefined) gauges.rate(HOST.pagingFaults, faults - (major ?? 0), 'minor')
  gauges.gauge(HOST.oomKills, gauges.rise('OOM kills', stat.get('oom_kill')))
}
