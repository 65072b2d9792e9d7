import { expect, test } from 'vitest'
import { runHost } from '../../../src/observe/host/run.js'
import { type Probe, probe } from '../probe.js'
import { grow, plant, type Tree } from '../trees.js'

async function looked(before: Tree, after: Tree): Promise<Probe> {
  const root = plant(before)
  const run = probe({
    name: 'host',
    start: (emit, context) => runHost({ every: 10_000, root, platform: 'linux' }, emit, context),
  })
  await run.asleep()
  grow(root, after)
  await run.clock.advance('10s')
  await run.asleep()
  run.stop()
  await run.ended
  return run
}

/** A group of version 2 at a path under the mount; `seconds` of running at half a CPU. */
const second = (at: string, seconds: number, own = at): Tree => ({
  'proc/self/cgroup': `0::${own || '/'}\n`,
  [`sys/fs/cgroup${at}/cgroup.controllers`]: 'cpu memory pids\n',
  [`sys/fs/cgroup${at}/cpu.max`]: '100000 100000\n',
  [`sys/fs/cgroup${at}/cpu.stat`]: `usage_usec ${seconds * 500_000}\nuser_usec 1\nsystem_usec 1\nnr_periods ${seconds * 10}\nnr_throttled ${seconds * 4}\nthrottled_usec ${seconds * 30_000}\n`,
  [`sys/fs/cgroup${at}/memory.current`]: '300000000\n',
  [`sys/fs/cgroup${at}/memory.max`]: '400000000\n',
  [`sys/fs/cgroup${at}/memory.stat`]: 'anon 1\nfile 2\ninactive_file 100000000\n',
  [`sys/fs/cgroup${at}/memory.events`]: `low 0\nhigh 0\nmax 9\noom 1\noom_kill ${Math.floor(seconds / 10)}\n`,
  [`sys/fs/cgroup${at}/pids.current`]: '17\n',
  [`sys/fs/cgroup${at}/pids.max`]: 'max\n',
})

test('a container of version 2 sees its own limits', async () => {
  const { value } = await looked(second('', 10), second('', 20))
  expect(value('container.cpu.usage')).toBeCloseTo(0.5)
  expect(value('pi_uptime.cgroup.cpu.limit')).toBe(1)
  expect(value('pi_uptime.cgroup.cpu.utilization')).toBeCloseTo(0.5)
  expect(value('pi_uptime.cgroup.cpu.throttled')).toBeCloseTo(0.4)
  expect(value('pi_uptime.cgroup.cpu.throttled_time.rate')).toBeCloseTo(0.03)
  expect(value('container.memory.usage')).toBe(300_000_000)
  expect(value('container.memory.working_set')).toBe(200_000_000)
  expect(value('pi_uptime.cgroup.memory.utilization')).toBeCloseTo(0.5)
  expect(value('pi_uptime.cgroup.oom_kills')).toBe(1)
  expect(value('pi_uptime.cgroup.processes')).toBe(17)
  expect(value('pi_uptime.cgroup.processes.limit')).toBeUndefined()
})

test('a service is limited by the slice that it is in', async () => {
  const slice = {
    'sys/fs/cgroup/system.slice/cpu.max': '50000 100000\n',
    'sys/fs/cgroup/system.slice/memory.max': '250000000\n',
  }
  const tree = (seconds: number): Tree => ({ ...second('/system.slice/shop.service', seconds), ...slice })
  const { value } = await looked(tree(10), tree(20))
  expect(value('pi_uptime.cgroup.cpu.limit')).toBe(0.5)
  expect(value('pi_uptime.cgroup.memory.limit')).toBe(250_000_000)
})

test("where the path is the host's, the container's own group is what is mounted", async () => {
  const { value } = await looked(second('', 10, '/docker/abc'), second('', 20, '/docker/abc'))
  expect(value('pi_uptime.cgroup.cpu.limit')).toBe(1)
  expect(value('container.memory.usage')).toBe(300_000_000)
})

test('a path that leads out of the tree is not followed', async () => {
  const { emitted } = await looked({ 'proc/self/cgroup': '0::/../../etc\n' }, {})
  expect(emitted.filter(({ name }) => name.includes('cgroup') || name.includes('container'))).toEqual([])
})

/** A group of version 1, with each controller where it is mounted. */
const first = (path: string, seconds: number, quota = 150_000, limit = '400000000'): Tree => ({
  'proc/self/cgroup': `4:memory:${path}\n3:cpu,cpuacct:${path}\n2:pids:${path}\n1:name=systemd:${path}\n0::/\n`,
  [`sys/fs/cgroup/cpu${path}/cpu.shares`]: '1024\n',
  [`sys/fs/cgroup/cpu${path}/cpu.cfs_quota_us`]: `${quota}\n`,
  [`sys/fs/cgroup/cpu${path}/cpu.cfs_period_us`]: '100000\n',
  [`sys/fs/cgroup/cpu${path}/cpu.stat`]: `nr_periods ${seconds * 10}\nnr_throttled ${seconds}\nthrottled_time ${seconds * 20_000_000}\n`,
  [`sys/fs/cgroup/cpuacct${path}/cpuacct.usage`]: `${seconds * 750_000_000}\n`,
  [`sys/fs/cgroup/memory${path}/memory.usage_in_bytes`]: '300000000\n',
  [`sys/fs/cgroup/memory${path}/memory.limit_in_bytes`]: `${limit}\n`,
  [`sys/fs/cgroup/memory${path}/memory.stat`]: 'cache 5\ntotal_inactive_file 100000000\n',
})

test.each(['/docker/abc', '/'])('a container of version 1 sees its own limits, under %s', async (path) => {
  const { value } = await looked(first(path, 10), first(path, 20))
  expect(value('container.cpu.usage')).toBeCloseTo(0.75)
  expect(value('pi_uptime.cgroup.cpu.limit')).toBe(1.5)
  expect(value('pi_uptime.cgroup.cpu.utilization')).toBeCloseTo(0.5)
  expect(value('pi_uptime.cgroup.cpu.throttled')).toBeCloseTo(0.1)
  expect(value('pi_uptime.cgroup.cpu.throttled_time.rate')).toBeCloseTo(0.02)
  expect(value('container.memory.working_set')).toBe(200_000_000)
  expect(value('pi_uptime.cgroup.memory.limit')).toBe(400_000_000)
})

test('the root of version 1 without limits is the whole machine, and says nothing of us', async () => {
  const root = (seconds: number): Tree => first('/', seconds, -1, '9223372036854771712')
  const { emitted } = await looked(root(10), root(20))
  expect(emitted.filter(({ name }) => name.includes('cgroup') || name.includes('container'))).toEqual([])
})
