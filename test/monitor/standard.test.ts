import { expect, test } from 'vitest'
import type { Signal } from '../../src/model/index.js'
import { HOST } from '../../src/model/signals/host.js'
import { PI } from '../../src/model/signals/pi.js'
import type { SignalRow } from '../../src/model/signals/row.js'
import { VITALS } from '../../src/model/signals/vitals.js'
import { standard } from '../../src/monitor/index.js'

const preset = standard({}, {})
const [anomaly] = preset.watch ?? []

/** A signal of the table, with a value for each of its attributes, but for those in brackets. */
const signalOf = ({ name, unit, attributes }: SignalRow): Signal => {
  const keys = attributes.filter((key) => !key.startsWith('['))
  return { name, unit, attributes: Object.fromEntries(keys.map((key) => [key, 'x'])) }
}
const watched = (table: Readonly<Record<string, SignalRow>>): string[] =>
  Object.values(table)
    .filter((row) => anomaly?.matches(signalOf(row)))
    .map(({ name }) => name)

test('the preset observes the process, the machine and a Raspberry Pi', () => {
  expect(preset.observe?.map(({ name }) => name)).toEqual(['vitals', 'host', 'pi'])
})

test('of the machine it watches for anomalies what speaks for the whole', () => {
  expect(watched(HOST)).toEqual([
    'system.cpu.utilization',
    'system.memory.utilization',
    'system.disk.operation_time.mean',
    'system.network.errors.rate',
    'system.network.packet.dropped.rate',
    'container.memory.working_set',
  ])
  expect(watched(PI)).toEqual([])
  const modes = { name: 'system.cpu.utilization', unit: '1', attributes: { 'cpu.mode': 'user' } }
  expect(anomaly?.matches(modes)).toBe(false)
})

test('of the process it watches totals, and not each space, kind and type', () => {
  expect(watched(VITALS)).toEqual([
    'nodejs.eventloop.delay.p99',
    'nodejs.eventloop.delay.max',
    'nodejs.eventloop.utilization',
    'v8js.memory.heap.used',
    'v8js.memory.heap.limit',
    'process.memory.usage',
    'process.cpu.utilization',
    'process.unix.file_descriptor.count',
  ])
})

test("it watches the app's own signals", () => {
  const names = ['queue.depth', 'http.server.request.duration.p95', 'hardware.count', 'systemic.errors']
  expect(names.filter((name) => anomaly?.matches({ name, unit: '1', attributes: {} }))).toEqual(names)
})

test('a webhook of the environment leads inside only where that is said', () => {
  const inside = { PI_UPTIME_WEBHOOK: 'http://10.0.0.5/hook' }
  expect(() => standard({}, inside)).toThrow('webhook.url must be a public address')
  expect(standard({}, { ...inside, PI_UPTIME_WEBHOOK_PRIVATE: 'true' }).respond).toHaveLength(1)
})
