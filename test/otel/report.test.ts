import { metrics as api } from '@opentelemetry/api'
import { logs as logsApi } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterEach, expect, test, vi } from 'vitest'
import type { Channel, Detector, Monitor, Remediation } from '../../src/model/index.js'
import { createMonitor, type MonitorOptions } from '../../src/monitor/index.js'
import { check } from '../../src/observe/index.js'
import { report } from '../../src/otel/report.js'
import { tee } from '../../src/otel/tee.js'
import { alert, remediate } from '../../src/respond/index.js'
import { type VirtualClock, virtualClock } from '../../src/testing/virtual-clock.js'
import { anomaly } from '../../src/watch/index.js'

afterEach(() => {
  api.disable()
  logsApi.disable()
})

/** Above 100 is unusual. */
const ceiling: Detector<null> = {
  name: 'ceiling@1',
  start: () => null,
  score: (_, value) => (value > 100 ? 10 : 0),
  learn() {},
  expect: () => ({ value: 50, low: 0, high: 100 }),
}

/** The real SDK for metrics and logs, in memory. */
function sdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const teed = tee(exporter)
  const reader = new PeriodicExportingMetricReader({ exporter: teed, exportIntervalMillis: 86_400_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const records = new InMemoryLogRecordExporter()
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] })
  return {
    meterProvider,
    loggerProvider,
    teed,
    /** The latest values of a metric, by their attributes. */
    async read(name: string): Promise<Record<string, number>> {
      await meterProvider.forceFlush()
      const all =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      exporter.reset()
      const found = all.find(({ descriptor }) => descriptor.name === name)
      return Object.fromEntries(
        (found?.dataPoints ?? []).map(({ attributes, value }) => [
          Object.values(attributes).join(' '),
          value as number,
        ]),
      )
    },
    events: (name?: string) =>
      records.getFinishedLogRecords().filter((r) => name === undefined || r.eventName === name),
  }
}

function watched(clock: VirtualClock, options: Partial<MonitorOptions> = {}): Monitor {
  return createMonitor({
    service: 'shop',
    clock,
    telemetry: false,
    watch: [anomaly({ signal: 'queue.depth', detector: ceiling, minDuration: 0, closeAfter: '5s', critical: 20 })],
    ...options,
  })
}

async function record(monitor: Monitor, clock: VirtualClock, values: readonly number[]): Promise<void> {
  const depth = monitor.signal('queue.depth', { unit: '{job}', attributes: { queue: 'mail' } })
  for (const value of values) {
    depth.record(value)
    await clock.advance('1s')
  }
}

const high = new Array(10).fill(500)
const low = new Array(60).fill(50)

test('a finding and its incident are counted and told once when they open and once when they close', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const monitor = watched(clock)
  const end = await report(monitor, { ...otel, clock })
  await monitor.start()
  await record(monitor, clock, [50, 50, ...high])
  expect(await otel.read('pi_uptime.findings')).toEqual({ 'anomaly warning': 1 })
  expect(await otel.read('pi_uptime.findings.open')).toEqual({ 'anomaly warning': 1 })
  expect(await otel.read('pi_uptime.incidents.open')).toEqual({ info: 0, warning: 1, critical: 0 })
  const [opened] = otel.events('pi_uptime.finding')
  expect(opened?.severityNumber).toBe(13)
  expect(opened?.attributes).toMatchObject({
    queue: 'mail',
    'pi_uptime.signal.name': 'queue.depth',
    'pi_uptime.watcher': 'anomaly',
    'pi_uptime.state': 'open',
    'pi_uptime.severity': 'warning',
    'pi_uptime.value': 500,
    'pi_uptime.expected.high': 100,
  })
  expect(opened?.body).toBe(monitor.findings()[0]?.summary)
  await record(monitor, clock, low)
  await clock.advance('10m')
  expect(otel.events('pi_uptime.finding').map((event) => event.attributes['pi_uptime.state'])).toEqual([
    'open',
    'closed',
  ])
  expect(otel.events('pi_uptime.incident').map((event) => event.attributes['pi_uptime.state'])).toEqual([
    'open',
    'closed',
  ])
  expect(otel.events('pi_uptime.incident')[0]?.attributes['pi_uptime.signal.name']).toBe('queue.depth')
  expect(await otel.read('pi_uptime.findings')).toEqual({ 'anomaly warning': 1 })
  expect(await otel.read('pi_uptime.findings.open')).toEqual({ 'anomaly warning': 0 })
  end()
  await monitor.stop()
})

test('a budget is exported with what was found beside it, and ratings are counted and told', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const explaining: Detector<null> = { ...ceiling, explain: () => 'its ceiling' }
  const watch = [anomaly({ detector: explaining, minDuration: 0, closeAfter: '5s', budget: '1 per 7d' })]
  const monitor = watched(clock, { watch })
  const end = await report(monitor, { ...otel, clock })
  await monitor.start()
  expect(await otel.read('pi_uptime.findings.budget')).toEqual({})
  await record(monitor, clock, [...low, ...high])
  expect((await otel.read('pi_uptime.findings.budget')).anomaly).toBeCloseTo(1 / 7, 10)
  expect(await otel.read('pi_uptime.findings.rate')).toEqual({ anomaly: 1 })
  const [finding] = monitor.findings()
  const [incident] = monitor.incidents()
  monitor.feedback(finding?.id ?? '', 'noise')
  monitor.feedback(incident?.id ?? '', 'useful')
  expect(await otel.read('pi_uptime.feedback')).toEqual({ 'anomaly noise': 1, 'anomaly useful': 1 })
  expect(otel.events('pi_uptime.feedback').map(({ body, attributes }) => [body, attributes])).toEqual([
    [
      'a finding rated as noise',
      {
        'pi_uptime.finding.id': finding?.id,
        'pi_uptime.feedback.rating': 'noise',
        'pi_uptime.signal.name': 'queue.depth',
      },
    ],
    [
      'a finding rated as useful',
      {
        'pi_uptime.incident.id': incident?.id,
        'pi_uptime.feedback.rating': 'useful',
        'pi_uptime.signal.name': 'queue.depth',
      },
    ],
  ])
  expect(otel.events('pi_uptime.finding')[0]?.attributes['pi_uptime.statistic']).toBe('its ceiling')
  end()
  await monitor.stop()
})

test('a finding that opens again is told each time and counted once', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const monitor = watched(clock)
  const end = await report(monitor, { ...otel, clock })
  await monitor.start()
  await record(monitor, clock, [...high, ...low, ...high, ...low])
  expect(otel.events('pi_uptime.finding').map((event) => event.attributes['pi_uptime.state'])).toEqual([
    'open',
    'closed',
    'open',
    'closed',
  ])
  expect(await otel.read('pi_uptime.findings')).toEqual({ 'anomaly warning': 1 })
  end()
  await monitor.stop()
})

test('alerts, actions, health and faults are counted and told', async () => {
  const clock = virtualClock()
  const otel = sdk()
  let refuses = false
  const pager: Channel = { name: 'pager', send: async () => {} }
  const repair: Remediation = { name: 'drain', apply() {} }
  const monitor = watched(clock, {
    observe: [
      check('db', () => (refuses ? Promise.reject(new Error('refused')) : true), { every: '1s', failAfter: 1 }),
      { name: 'broken', start: () => Promise.reject(new TypeError('no such bus')) },
    ],
    respond: [
      alert({ to: pager }),
      remediate({ mode: 'act', name: 'drain', when: { signal: 'queue.*' }, steps: [repair], guards: [] }),
    ],
  })
  const end = await report(monitor, { ...otel, clock })
  await monitor.start()
  await record(monitor, clock, [...high, ...low, ...low])
  await clock.advance('10m')
  refuses = true
  await clock.advance('10m')
  expect(await otel.read('pi_uptime.alerts')).toMatchObject({
    'opened warning': 1,
    'resolved warning': 1,
    'opened critical': 1,
  })
  expect(await otel.read('pi_uptime.actions')).toMatchObject({ 'drain started': 1 })
  expect(await otel.read('pi_uptime.check.status')).toEqual({ 'db readiness': 0 })
  expect(await otel.read('pi_uptime.health.ready')).toEqual({ '': 0 })
  const faults = await otel.read('pi_uptime.faults')
  expect(faults.broken).toBeGreaterThan(2)
  const stats = monitor.stats()
  expect(await otel.read('pi_uptime.observations')).toEqual({ '': stats.observations })
  expect(await otel.read('pi_uptime.signals')).toEqual({ '': stats.signals })
  expect(otel.events('pi_uptime.alert')[0]?.attributes['pi_uptime.alert.reason']).toBe('opened')
  const outcomes = otel.events('pi_uptime.action').map((event) => event.attributes['pi_uptime.outcome'])
  expect(outcomes[0]).toBe('started')
  expect(outcomes).toContain('helped')
  const unwell = otel.events('pi_uptime.health').find((event) => event.attributes['pi_uptime.check.name'] === 'db')
  expect(unwell?.body).toBe('shop is fail: db')
  const [fault] = otel.events('pi_uptime.fault')
  expect(fault?.attributes).toMatchObject({ 'pi_uptime.part': 'broken', 'exception.type': 'TypeError' })
  end()
  await monitor.stop()
})

test('through createMonitor the same happens by itself, and ends with the monitor', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const monitor = watched(clock, { telemetry: otel })
  await monitor.start()
  await record(monitor, clock, high)
  expect(await otel.read('pi_uptime.findings')).toEqual({ 'anomaly warning': 1 })
  expect(otel.events('pi_uptime.incident').length).toBe(1)
  const asked = vi.spyOn(monitor, 'health')
  await otel.read('pi_uptime.findings')
  expect(asked).toHaveBeenCalledTimes(1)
  await monitor.stop()
  expect(await otel.read('pi_uptime.health.ready')).toEqual({ '': 0 })
  expect(asked).toHaveBeenCalledTimes(2)
  await otel.read('pi_uptime.findings')
  expect(asked).toHaveBeenCalledTimes(2)
})

test('a provider that is registered globally later is found, and has the counts from the beginning', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const monitor = watched(clock)
  const end = await report(monitor, { clock })
  await monitor.start()
  await record(monitor, clock, high)
  await record(monitor, clock, low)
  await clock.advance('10m')
  expect(monitor.findings()[0]?.state).toBe('closed')
  api.setGlobalMeterProvider(otel.meterProvider)
  logsApi.setGlobalLoggerProvider(otel.loggerProvider)
  await clock.advance('2m')
  expect(await otel.read('pi_uptime.findings')).toEqual({ 'anomaly warning': 1 })
  await record(monitor, clock, high)
  expect(otel.events('pi_uptime.finding').length).toBe(1)
  end()
  await monitor.stop()
})

test('without any provider nothing is exported and nothing fails', async () => {
  const clock = virtualClock()
  const monitor = watched(clock)
  const end = await report(monitor, { clock })
  await monitor.start()
  await record(monitor, clock, high)
  await clock.advance('1h')
  const asleep = clock.sleepers
  end()
  end()
  expect(clock.sleepers).toBe(asleep - 1)
  expect(monitor.stats().faults).toBe(0)
  await monitor.stop()
})

test('providers that throw at every call hurt nobody', async () => {
  const clock = virtualClock()
  const bad = () => {
    throw new Error('not today')
  }
  const monitor = watched(clock)
  for (const options of [
    { meterProvider: { getMeter: bad }, loggerProvider: { getLogger: bad } },
    { meterProvider: 42, loggerProvider: 'none' },
    { meterProvider: { getMeter: () => null }, loggerProvider: { getLogger: () => ({ emit: bad }) } },
  ]) {
    const end = await report(monitor, options)
    await monitor.start()
    await record(monitor, clock, [...high, ...low])
    end()
    await monitor.stop()
  }
  expect(monitor.stats().faults).toBe(0)
})

test('the tee does not observe what the monitor says of itself', async () => {
  const clock = virtualClock()
  const otel = sdk()
  const monitor = watched(clock, { observe: [otel.teed], telemetry: otel })
  await monitor.start()
  for (let i = 0; i < 3; i++) {
    await otel.read('pi_uptime.signals')
    await clock.advance('10s')
  }
  expect(otel.teed.stats()).toMatchObject({ passes: 3, series: 0 })
  await monitor.stop()
})

test('a part that fails without end is told ten times, then at every power of ten', async () => {
  const otel = sdk()
  const clock = virtualClock()
  const monitor = watched(clock)
  const listeners: ((fault: unknown) => void)[] = []
  const on = (name: string, hear: (fault: unknown) => void) => {
    if (name === 'fault') listeners.push(hear)
    return () => {}
  }
  const faulty = { ...monitor, on }
  await report(faulty as never, { ...otel, clock })
  for (let count = 1; count <= 2000; count++) {
    for (const hear of listeners) hear({ part: 'bus', message: 'no answer', time: clock.now(), count })
  }
  expect(otel.events('pi_uptime.fault').length).toBe(12)
})
