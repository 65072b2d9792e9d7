/** What `vitals()`, `host()` and `pi()` cost together, each 10 s: CPU, resident memory, the longest block, and growth over a week. */
import { createHook } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMonitor, host, pi, type Source, vitals } from 'pi-uptime'
import { virtualClock } from 'pi-uptime/testing'
import { amountRow, benchmark, type Case, type Limits, type Values } from './frame.js'

const SETTLING = 12_000
const MEASURED = 40_000
/** Of virtual time between two looks, in the simulated week: 10,080 looks. */
const MINUTE = 60_000
const WEEK = 7 * 1_440

const none = (): Source[] => []
const all = (): Source[] => [vitals(), host(), pi()]

/** A process in which a monitor observes these, and nothing else happens. */
const idle = (observe: () => Source[]): Case => ({
  flags: ['--expose-gc'],
  async run() {
    const monitor = createMonitor({ service: 'bench', telemetry: false, observe: observe() })
    await monitor.start()
    await sleep(SETTLING)
    const before = process.cpuUsage()
    const began = performance.now()
    await sleep(MEASURED)
    const { user, system } = process.cpuUsage(before)
    const share = (user + system) / 10 / (performance.now() - began)
    collect()
    return { percent: share, rss: process.memoryUsage.rss() / 1e6 }
  },
})

/** The longest callback of them all, looks each second: a block of the event loop is a callback. */
const blocks: Case = {
  async run() {
    const monitor = createMonitor({
      service: 'bench',
      telemetry: false,
      observe: [vitals({ every: '1s' }), host({ every: '1s' }), pi({ every: '1s' })],
    })
    await monitor.start()
    await sleep(3_000)
    let began = 0
    let longest = 0
    const before = (): void => {
      began = performance.now()
    }
    const after = (): void => {
      longest = Math.max(longest, performance.now() - began)
    }
    const hook = createHook({ before, after }).enable()
    await sleep(20_000)
    hook.disable()
    return { block: longest }
  },
}

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
  cases: { none: idle(none), all: idle(all), blocks, week },
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
        against: 'a monitor that observes nothing',
      },
      amountRow('longest block of the event loop by them', ' ms', values('blocks', 'block'), same(2)),
      amountRow('growth of the heap from the second day to the seventh', ' kB', values('week', 'growth'), {
        must: 1_000,
        aim: 100,
      }),
    ]
  },
})
