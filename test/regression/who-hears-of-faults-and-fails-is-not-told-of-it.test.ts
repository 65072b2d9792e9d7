import { expect, test } from 'vitest'
import { createMonitor } from '../../src/monitor/index.js'

test('a thousand listeners of faults that reject are asked once a fault, and each failure is counted', async () => {
  const monitor = createMonitor({
    service: 'checkout',
    telemetry: false,
    onFault: () => Promise.reject(new Error('no')),
  })
  let asked = 0
  for (let i = 0; i < 1_000; i++) {
    monitor.on('fault', async () => {
      asked++
      throw new Error('no')
    })
  }
  await monitor.start()
  monitor.feedback('f1', 'nonsense' as never)
  await new Promise(setImmediate)
  expect(asked).toBe(1_000)
  expect(monitor.stats().faults).toBe(1 + 1 + 1_000)
  await monitor.stop()
})
