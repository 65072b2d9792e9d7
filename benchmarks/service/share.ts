/** A small board's share of a machine: a control group with 20 % of a core and 128 MB. A process with 500 signals and OTLP, with a whole monitor, against without. */
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { amountRow, benchmark, type Case, type Row, type Sample } from '../frame.js'
import { collector, Service } from './service.js'

const SIGNALS = 500
const SHARE = 0.2
const MEMORY = 128 * 1024 * 1024
const PERIOD = 100_000
const SETTLING = 30_000
const MEASURED = 60_000

/** A control group of version 1, in which the process is put; taken away when it has ended. */
class ControlGroup {
  readonly #folders = ['cpu', 'memory'].map((kind) => join('/sys/fs/cgroup', kind, `pi-uptime-bench-${process.pid}`))

  constructor() {
    for (const folder of this.#folders) mkdirSync(folder, { recursive: true })
    const [cpu, memory] = this.#folders as [string, string]
    writeFileSync(join(cpu, 'cpu.cfs_period_us'), `${PERIOD}`)
    writeFileSync(join(cpu, 'cpu.cfs_quota_us'), `${SHARE * PERIOD}`)
    writeFileSync(join(memory, 'memory.limit_in_bytes'), `${MEMORY}`)
  }

  take(pid: number): void {
    for (const folder of this.#folders) writeFileSync(join(folder, 'cgroup.procs'), `${pid}`)
  }

  async remove(): Promise<void> {
    await sleep(500)
    for (const folder of this.#folders) rmdirSync(folder)
  }
}

async function measured(how: 'alone' | 'monitored'): Promise<Sample> {
  const group = new ControlGroup()
  const sink = await collector()
  const service = await Service.start(how, sink.url, SIGNALS, ['--expose-gc'])
  try {
    group.take(service.child.pid as number)
    await sleep(SETTLING)
    const before = await service.cost()
    const began = performance.now()
    await sleep(MEASURED)
    const after = await service.cost()
    const used = (after.cpu - before.cpu) / (performance.now() - began)
    if (how === 'monitored' && after.observations - before.observations < SIGNALS)
      throw new Error('the monitor has seen too little')
    return { share: (100 * used) / SHARE, rss: after.rss }
  } finally {
    service.end()
    sink.close()
    await group.remove()
  }
}

const spawned = (how: 'alone' | 'monitored'): Case => ({ spawns: true, run: () => measured(how) })

await benchmark({
  name: 'share',
  rounds: 3,
  cases: { alone: spawned('alone'), monitored: spawned('monitored') },
  rows(values): readonly Row[] {
    const against = 'the same process with the OpenTelemetry SDK and exporter alone'
    const more = (name: string): number[] =>
      values('monitored', name).map((value, round) => value - (values('alone', name)[round] as number))
    return [
      {
        ...amountRow(
          `CPU of a whole monitor, ${SIGNALS} signals, of a share of 20 % of a core`,
          ' % of the share',
          more('share'),
          { must: 5, aim: 3 },
        ),
        against,
      },
      { ...amountRow('resident memory of the same, in 128 MB', ' MB', more('rss'), { must: 8, aim: 6 }), against },
    ]
  },
})
