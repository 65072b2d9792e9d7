import { expect, test } from 'vitest'
import { calibrated, ewma, forest, seasonal } from '../../src/detect/index.js'
import { fileStore } from '../../src/edge/index.js'
import { correlate } from '../../src/incident/index.js'
import { ConfigError } from '../../src/model/index.js'
import { createMonitor, gracefulShutdown, standard } from '../../src/monitor/index.js'
import { check, vitals } from '../../src/observe/index.js'
import { tap, tee } from '../../src/otel/index.js'
import { webhook } from '../../src/respond/channels/index.js'
import { alert } from '../../src/respond/index.js'
import { healthHandler } from '../../src/serve/index.js'
import { anomaly, together } from '../../src/watch/index.js'

const monitor = createMonitor({ service: 'checkout', telemetry: false })
const nothing = undefined as never

test.each([
  ['createMonitor.observe', () => createMonitor({ service: 'checkout', observe: vitals() as never })],
  ['gracefulShutdown.monitor.drain', () => gracefulShutdown(nothing)],
  ['healthHandler.monitor.health', () => healthHandler(nothing)],
  ['createMonitor.options', () => createMonitor(nothing)],
  ['createMonitor.options', () => createMonitor(null as never)],
  ['createMonitor.clock.now', () => createMonitor({ service: 'checkout', clock: {} as never })],
  ['createMonitor.store.get', () => createMonitor({ service: 'checkout', store: {} as never })],
  ['createMonitor.correlate.start', () => createMonitor({ service: 'checkout', correlate: {} as never })],
  ['createMonitor.telemetry', () => createMonitor({ service: 'checkout', telemetry: 'on' as never })],
  ['createMonitor.onFault', () => createMonitor({ service: 'checkout', onFault: {} as never })],
  ['anomaly.options', () => anomaly(null as never)],
  ['anomaly.detector.start', () => anomaly({ detector: {} as never })],
  ['together.options', () => together(nothing)],
  ['together.detector.blame', () => together({ signals: '*', detector: ewma() as never })],
  ['calibrated.detector.name', () => calibrated({} as never)],
  ['vitals.options', () => vitals(null as never)],
  ['check.options', () => check('db', () => true, null as never)],
  ['on(event)', () => monitor.on('findings' as never, () => undefined)],
])('%s: a ConfigError names it', (field, build) => {
  expect(build).toThrow(expect.objectContaining({ field, constructor: ConfigError }))
})

test.each([
  ['createMonitor.watches', () => createMonitor({ service: 'checkout', watches: [] } as never)],
  ['standard.name', () => standard({ name: 'checkout' } as never)],
  ['anomaly.signals', () => anomaly({ signals: 'queue.*' } as never)],
  ['together.signal', () => together({ signals: '*', signal: 'queue.*' } as never)],
  ['ewma.halflife', () => ewma({ halflife: '1h' } as never)],
  ['seasonal.periods', () => seasonal({ periods: 'day' } as never)],
  ['forest.trees', () => forest({ trees: 9 } as never)],
  ['vitals.interval', () => vitals({ interval: '1s' } as never)],
  ['check.interval', () => check('db', () => true, { interval: '1s' } as never)],
  ['correlate.window', () => correlate({ window: '1s' } as never)],
  ['alert.channel', () => alert({ to: webhook('http://x.example/'), channel: 1 } as never)],
  ['webhook.header', () => webhook('http://x.example/', { header: {} } as never)],
  ['fileStore.max', () => fileStore('state', { max: 1 } as never)],
  ['healthHandler.path', () => healthHandler(monitor, { path: '/' } as never)],
  ['gracefulShutdown.timeout', () => gracefulShutdown(monitor, { timeout: 1 } as never)],
  ['tap.interval', () => tap({ interval: 1 } as never)],
  ['tee.interval', () => tee({ export() {} } as never, { interval: 1 } as never)],
])('%s is no option, and is not taken for one', (field, build) => {
  expect(build).toThrow(expect.objectContaining({ field, message: expect.stringContaining('the options are') }))
})

test('a shutdown that is refused adds no handler to the process', () => {
  const before = process.listenerCount('SIGTERM')
  expect(() => gracefulShutdown({} as never)).toThrow(ConfigError)
  expect(process.listenerCount('SIGTERM')).toBe(before)
})
