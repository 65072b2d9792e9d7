/** What a signal costs in memory, index included: in a monitor, and as a series of an OpenTelemetry gauge. */
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { anomaly, type Clock, createMonitor, type Detector, ewma, seasonal, systemClock } from 'pi-uptime'
import { amountRow, benchmark, type Case, ratioRow } from './frame.js'

const SIGNALS = 10_000
/** Each signal is recorded to so often, 10 s apart in stage time: past the warm-up. */
const ROUNDS = 40

/** Records to one series, made at the first sight: a name for its family, a number for its attributes. */
type Record = (family: string, series: number, value: number) => void

const attributes = (series: number) => ({ 'http.request.method': 'GET', 'http.route': `/shop/${series}` })

async function monitor(detector: Detector): Promise<{ record: Record; tick(): void; held(): number }> {
  let time = 1.7e12
  const clock: Clock = { now: () => time, elapsed: () => time, sleep: systemClock().sleep }
  const watch = [anomaly({ detector })]
  const made = createMonitor({ service: 'bench', telemetry: false, watch, clock, resolution: 0, maxSignals: 100_000 })
  await made.start()
  return {
    record: (family, series, value) => made.signal(family, { attributes: attributes(series) }).record(value),
    tick: () => {
      time += 10_000
    },
    held: () => made.stats().signals,
  }
}

async function gauge(): Promise<{ record: Record; tick(): void; held(): Promise<number> }> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const cardinalityLimits = { default: 100_000 }
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, cardinalityLimits })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench')
  const gauges = new Map(['warm', 'measured'].map((family) => [family, meter.createGauge(family)]))
  return {
    record: (family, series, value) => gauges.get(family)?.record(value, attributes(series)),
    tick: () => undefined,
    async held() {
      const { resourceMetrics } = await reader.collect()
      const metrics = resourceMetrics.scopeMetrics[0]?.metrics ?? []
      return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0)
    },
  }
}

/** Heap and typed arrays, in bytes, of what is still reachable. */
function used(): number {
  const collect = (globalThis as { gc?: () => void }).gc
  for (let i = 0; i < 4; i++) collect?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const weighed = (make: () => ReturnType<typeof monitor> | ReturnType<typeof gauge>): Case => ({
  flags: ['--expose-gc'],
  async run() {
    const { record, tick, held } = await make()
    const fill = (family: string, signals: number): void => {
      for (let round = 0; round < ROUNDS; round++, tick())
        for (let i = 0; i < signals; i++) record(family, i, 100 + ((7 * i + 11 * round) % 13) / 3)
    }
    fill('warm', 500)
    const before = used()
    const resident = process.memoryUsage.rss()
    fill('measured', SIGNALS)
    const bytes = (used() - before) / SIGNALS
    const rss = (process.memoryUsage.rss() - resident) / SIGNALS
    if ((await held()) !== SIGNALS + 500) throw new Error('signals were lost')
    return { bytes, 'bytes resident': rss }
  },
})

await benchmark({
  name: 'memory',
  rounds: 5,
  cases: {
    ewma: weighed(() => monitor(ewma())),
    seasonal: weighed(() => monitor(seasonal())),
    'gauge, two attributes': weighed(gauge),
  },
  rows(values) {
    const [ours, season, theirs] = ['ewma', 'seasonal', 'gauge, two attributes'].map((of) => values(of, 'bytes')) as [
      readonly number[],
      readonly number[],
      readonly number[],
    ]
    const GAUGE = 'OpenTelemetry gauge, two attributes'
    return [
      amountRow('a signal with ewma, index included', ' B', ours, { must: 600, aim: 250 }),
      amountRow('a signal with seasonal, index included', ' B', season, { must: 3_500, aim: 1_600 }),
      ratioRow('a signal with ewma', GAUGE, ours, theirs, { must: 600 / 626, aim: 250 / 626 }),
      ratioRow('a signal with seasonal', GAUGE, season, theirs, { must: 3_500 / 626, aim: 1_600 / 626 }),
    ]
  },
})
