import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMonitor } from '../../src/monitor/index.js'

const build = () => createMonitor({ service: 'checkout', telemetry: false })

test('a start right after a stop leaves the monitor running', async () => {
  const monitor = build()
  await monitor.start()
  const stopped = monitor.stop()
  await monitor.start()
  await stopped
  expect(monitor.health()).toMatchObject({ ready: 'pass', started: 'pass' })
  await monitor.stop()
})

test('whatever the order of starts and stops, awaited or not, what was asked for last stands at the end', async () => {
  const calls = fc.array(fc.record({ start: fc.boolean(), wait: fc.boolean() }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(calls, async (steps) => {
      const monitor = build()
      const pending: Promise<void>[] = []
      for (const { start, wait } of steps) {
        const done = start ? monitor.start() : monitor.stop()
        pending.push(done)
        if (wait) await done
      }
      await Promise.all(pending)
      monitor.signal('queue.depth').record(1)
      expect(monitor.stats().dropped['not running'] ?? 0).toBe(steps.at(-1)?.start ? 0 : 1)
      expect(monitor.health().ready).toBe(steps.at(-1)?.start ? 'pass' : 'fail')
      await monitor.stop()
    }),
    { numRuns: 100 },
  )
})
