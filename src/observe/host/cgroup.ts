import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { numberOf, parseFields } from '../machine/text.js'
import { ancestorsOf, type CgroupPaths, cpusOf, parseCgroup, parseCpuMax, parseLimit } from './parse-cgroup.js'

const ROOT = '/sys/fs/cgroup'

/** What a control group says, whichever version it is of; what it does not say is `undefined`. */
interface Group {
  readonly cpuLimit: number | undefined
  /** Seconds of CPU since it began. */
  readonly cpuTime: number | undefined
  readonly periods: number | undefined
  readonly throttledPeriods: number | undefined
  readonly throttledTime: number | undefined
  readonly memory: number | undefined
  /** Page cache that can be dropped at once. */
  readonly inactive: number | undefined
  readonly memoryLimit: number | undefined
  readonly oomKills: number | undefined
  readonly processes: number | undefined
  readonly processLimit: number | undefined
}

/** This process's own control group: in a container, the container's truth. */
export async function takeCgroup(files: Files, gauges: Gauges): Promise<void> {
  const own = parseCgroup((await files.text('/proc/self/cgroup')) ?? '')
  if (!own) return
  const group = own.version === 2 ? await second(files, own) : await first(files, own)
  takeCpu(group, gauges)
  takeMemory(group, gauges)
  gauges.gauge(HOST.cgroupProcesses, group.processes)
  gauges.gauge(HOST.cgroupProcessLimit, group.processLimit)
}

function takeCpu(group: Group, gauges: Gauges): void {
  const { cpuLimit, cpuTime, periods, throttledPeriods, throttledTime } = group
  const used = gauges.rate(HOST.cgroupCpu, cpuTime)
  gauges.gauge(HOST.cgroupCpuLimit, cpuLimit)
  if (cpuLimit === undefined) return
  gauges.gauge(HOST.cgroupCpuUtilization, used / cpuLimit)
  const passed = gauges.rise('periods', periods)
  const throttled = gauges.rise('throttled periods', throttledPeriods)
  gauges.gauge(HOST.cgroupThrottled, passed === 0 ? 0 : throttled / passed)
  gauges.rate(HOST.cgroupThrottledTime, throttledTime)
}

function takeMemory({ memory, inactive, memoryLimit, oomKills }: Group, gauges: Gauges): void {
  gauges.gauge(HOST.cgroupMemory, memory)
  const kept = memory === undefined ? undefined : Math.max(0, memory - (inactive ?? 0))
  gauges.gauge(HOST.cgroupWorkingSet, kept)
  gauges.gauge(HOST.cgroupMemoryLimit, memoryLimit)
  if (memoryLimit && kept !== undefined) gauges.gauge(HOST.cgroupMemoryUtilization, kept / memoryLimit)
  gauges.gauge(HOST.cgroupOomKills, gauges.rise('OOM kills of the group', oomKills))
}

async function second(files: Files, { paths }: CgroupPaths): Promise<Group> {
  const path = paths.get('') ?? '/'
  // Inside a container the path may be the host's, and the container's own group is what is mounted.
  const own = (await files.text(`${ROOT}${path}/cgroup.controllers`)) === undefined ? '/' : path
  const at = `${ROOT}${own}`
  const text = async (name: string): Promise<string> => (await files.text(`${at}/${name}`)) ?? ''
  const cpu = parseFields(await text('cpu.stat'))
  const limited = async (name: string, parse: (text: string) => number | undefined): Promise<number | undefined> => {
    const limits: number[] = []
    for (const group of ancestorsOf(own)) {
      const limit = parse((await files.text(`${ROOT}${group}/${name}`)) ?? '')
      if (limit !== undefined) limits.push(limit)
    }
    return limits.length > 0 ? Math.min(...limits) : undefined
  }
  const memory = numberOf(await text('memory.current'))
  return {
    cpuLimit: await limited('cpu.max', parseCpuMax),
    cpuTime: own === '/' && memory === undefined ? undefined : scaled(cpu.get('usage_usec'), 1e6),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledTime: scaled(cpu.get('throttled_usec'), 1e6),
    memory,
    inactive: parseFields(await text('memory.stat')).get('inactive_file'),
    memoryLimit: await limited('memory.max', parseLimit),
    oomKills: parseFields(await text('memory.events')).get('oom_kill'),
    processes: numberOf(await text('pids.current')),
    processLimit: parseLimit(await text('pids.max')),
  }
}

/** The root of version 1 is the whole machine: it says nothing of us, unless it is limited, as that of a container is. */
async function first(files: Files, { paths }: CgroupPaths): Promise<Group> {
  const reader = async (controller: string, probe: string): Promise<(name: string) => Promise<string>> => {
    const path = paths.get(controller) ?? '/'
    const nested = (await files.text(`${ROOT}/${controller}${path}/${probe}`)) !== undefined
    const at = `${ROOT}/${controller}${nested ? path : '/'}`
    return async (name) => (await files.text(`${at}/${name}`)) ?? ''
  }
  const whole = (controller: string): boolean => (paths.get(controller) ?? '/') === '/'
  const cpu = await reader('cpu', 'cpu.shares')
  const usage = await reader('cpuacct', 'cpuacct.usage')
  const memory = await reader('memory', 'memory.usage_in_bytes')
  const pids = await reader('pids', 'pids.current')
  const stat = parseFields(await cpu('cpu.stat'))
  const cpuLimit = cpusOf(numberOf(await cpu('cpu.cfs_quota_us')), numberOf(await cpu('cpu.cfs_period_us')))
  const memoryLimit = parseLimit(await memory('memory.limit_in_bytes'))
  const memoryIsOurs = !whole('memory') || memoryLimit !== undefined
  return {
    cpuLimit,
    cpuTime:
      whole('cpuacct') && cpuLimit === undefined ? undefined : scaled(numberOf(await usage('cpuacct.usage')), 1e9),
    periods: stat.get('nr_periods'),
    throttledPeriods: stat.get('nr_throttled'),
    throttledTime: scaled(stat.get('throttled_time'), 1e9),
    memory: memoryIsOurs ? numberOf(await memory('memory.usage_in_bytes')) : undefined,
    inactive: parseFields(await memory('memory.stat')).get('total_inactive_file'),
    memoryLimit,
    oomKills: memoryIsOurs ? parseFields(await memory('memory.oom_control')).get('oom_kill') : undefined,
    processes: whole('pids') ? undefined : numberOf(await pids('pids.current')),
    processLimit: parseLimit(await pids('pids.max')),
  }
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by
}
