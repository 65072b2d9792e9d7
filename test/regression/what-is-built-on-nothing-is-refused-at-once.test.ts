import { expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { createMonitor, gracefulShutdown } from '../../src/monitor/index.js'
import { vitals } from '../../src/observe/index.js'
import { healthHandler } from '../../src/serve/index.js'

const monitor = createMonitor({ service: 'checkout', telemetry: false })
const nothing = undefined as never

test.each([
  ['createMonitor.observe', () => createMonitor({ service: 'checkout', observe: vitals() as never })],
  ['gracefulShutdown.monitor.drain', () => gracefulShutdown(nothing)],
  ['healthHandler.monitor.health', () => healthHandler(nothing)],
  ['on(event)', () => monitor.on('findings' as never, () => undefined)],
])('%s: a ConfigError names it', (field, build) => {
  expect(build).toThrow(expect.objectContaining({ field, constructor: ConfigError }))
})

test('a shutdown that is refused adds no handler to the process', () => {
  const before = process.listenerCount('SIGTERM')
  expect(() => gracefulShutdown({} as never)).toThrow(ConfigError)
  expect(process.listenerCount('SIGTERM')).toBe(before)
})
