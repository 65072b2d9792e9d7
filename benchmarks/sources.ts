/** What `vitals()`, `host()` and `pi()` cost together, each 10 s: CPU, resident memory, the longest block of a look, and growth over a week. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createMonitor, host, pi, vitals } from 'pi-uptime'
import { virtualClock } from 'pi-uptime/testing'
import { amountRow, benchmark, type Case, type Limits, type Sample, type Values } from './frame.js'

/** Of virtual time between two looks, in the simulated week: 10,080 looks. */
const MINUTE = 60_000
const WEEK = 7 * 1_440

/** A process of plain JavaScript: a loader of TypeScript would cost more than what is measured. */
const plain = (how: 'none' | 'all' | 'blocks'): Case => ({
  spawns: true,
  async run() {
    const program = join(import.meta.dirname, 'sources-process.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, how])
    return JSON.parse(stdout) as Sample
  },
})

const week: Case = {
  flags: ['--expose-gc'],
  async run() {
    const clock = virtualClock()
    const observe = [vitals({ every: MINUTE }), host({ every: MINUTE }), pi({ every: MINUTE })]
    const monitor = createMonitor({ service: 'bench', telemetry: false, observe, clock })
    const sizes: number[] = []
    await monitor.start()
    for (let minute = 0; minute <= WEEK; minute++) {
      await clock.advance(MINUTE)
      for (let seen = -1; seen !== monitor.stats().observations; ) {
        seen = monitor.stats().observations
        await sleep(1)
      }
      if (minute % 1_440 === 0) sizes.push(used())
    }
    const [, , day = Number.NaN] = sizes
    return { growth: ((sizes.at(-1) ?? Number.NaN) - day) / 1000, observations: monitor.stats().observations }
  },
}

function collect(): void {
  for (let i = 0; i < 4; i++) (globalThis as { gc?: () => void }).gc?.()
}

function used(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

await benchmark({
  name: 'sources',
  rounds: 3,
  cases: { none: plain('none'), all: plain('all'), blocks: plain('blocks'), week },
  rows(values: Values) {
    const more = (name: string): number[] =>
      values('all', name).map((value, round) => value - (values('none', name)[round] as number))
    const same = (limit: number): Limits => ({ must: limit, aim: limit })
    return [
      {
        ...amountRow('CPU of vitals, host and pi, each 10 s', ' % of a core', more('percent'), same(0.5)),
        against: 'a monitor that observes nothing',
      },
      {
        ...amountRow('resident memory of the same', ' MB', more('rss'), same(3)),
        against: 'a monitor that observes nothing, in a process that has served requests',
      },
      amountRow(
        'longest block of the event loop in a look of them, looks each second',
        ' ms',
        values('blocks', 'block'),
        same(2),
      ),
      amountRow('growth of the heap from the second day to the seventh', ' kB', values('week', 'growth'), {
        must: 1_000,
        aim: 100,
      }),
    ]
  },
})
