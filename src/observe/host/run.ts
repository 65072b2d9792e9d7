import type { Context, Emit } from '../../model/index.js'
import { Files } from '../machine/files.js'
import { Gauges } from '../machine/gauges.js'
import { takeCgroup } from './cgroup.js'
import { takeClock } from './clock.js'
import { CpuShares, takeCpu, takePressure } from './cpu.js'
import { Filling, takeDisks, takeMounts } from './disks.js'
import { MISSING, takeElsewhere } from './elsewhere.js'
import { takeMemory } from './memory.js'
import { TcpTable, takeNetwork } from './network.js'

/** How `host()` runs: its options, checked. */
export interface HostPlan {
  /** Milliseconds. */
  readonly every: number
  readonly root: string
  readonly platform: string
}

/** Looks at the machine until the source is ended. */
export async function runHost({ every, root, platform }: HostPlan, emit: Emit, context: Context): Promise<void> {
  const { clock, abort } = context
  const files = new Files(root)
  const gauges = new Gauges(emit)
  const shares = new CpuShares()
  const filling = new Filling()
  const table = new TcpTable(() => clock.elapsed())
  if (platform !== 'linux') context.fault(new Error(MISSING(platform)))
  try {
    while (!abort.aborted) {
      gauges.begin(clock.elapsed())
      if (platform === 'linux') await takeAll(files, gauges, shares, filling, table, () => clock.now())
      else takeElsewhere(platform, files, gauges, shares, filling)
      await clock.sleep(every, abort)
    }
  } finally {
    files.close()
  }
}

async function takeAll(
  files: Files,
  gauges: Gauges,
  shares: CpuShares,
  filling: Filling,
  table: TcpTable,
  now: () => number,
): Promise<void> {
  await takeCpu(files, gauges, shares)
  await takeMemory(files, gauges)
  await takeDisks(files, gauges)
  void filling.take(await takeMounts(files, gauges), files, gauges)
  await takeNetwork(files, gauges, table)
  await takePressure(files, gauges)
  await takeCgroup(files, gauges)
  await takeClock(files, gauges, now)
}
