import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { vitals } from '../../../src/observe/index.js'

/** Milliseconds from the end of one window to the stall: in the histogram's blind spot, in the middle, across the next reading. */
const PHASES = [0, 5, 300, 930, 972, 985, 991, 997]

test('a stall of the event loop is seen wherever in the window it falls', async () => {
  const seen: number[] = []
  const monitor = createMonitor({
    service: 'shop',
    telemetry: false,
    observe: [vitals({ every: '1s', resolution: '20ms' })],
    watch: [
      {
        name: 'listener@1',
        matches: (signal) => signal.name === 'nodejs.eventloop.delay.max',
        start: () => null,
        push: (_, value) => {
          seen.push(value)
          return []
        },
        tick: () => [],
      },
    ],
  })
  await monitor.start()
  for (const phase of PHASES) {
    for (const before = seen.length; seen.length === before; ) await sleep(1)
    if (phase > 0) await sleep(phase)
    seen.length = 0
    const until = process.hrtime.bigint() + 150_000_000n
    while (process.hrtime.bigint() < until);
    while (seen.length < 2) await sleep(5)
    expect(Math.max(...seen), `a stall ${phase} ms into the window`).toBeGreaterThan(0.12)
  }
  await monitor.stop()
})
