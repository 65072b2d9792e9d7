/** What a signal costs in memory, index included: in a monitor, and as a series of an OpenTelemetry gauge. */
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { anomaly, type Clock, createMonitor, type Detector, ewma, systemClock } from 'pi-uptime'
import { auto, seasonal } from 'pi-uptime/detect'
import { amountRow, benchmark, type Case, type Limits, median, type Row } from './frame.js'

const SIGNALS = 10_000
/** Each signal is recorded to so often, 10 s apart in stage time: past the warm-up. */
const ROUNDS = 40

/** Records to one series, made at the first sight: a name for its family, a number for its attributes. */
type Take = (family: string, series: number, value: number) => void

const attributes = (series: number) => ({ 'http.request.method': 'GET', 'http.route': `/shop/${series}` })

/** Something that keeps a memory a series. */
interface Subject {
  readonly record: Take
  /** Ends a round. */
  tick(): unknown
  /** So many series are held. */
  held(): number | Promise<number>
}

async function monitor(detector: Detector): Promise<Subject> {
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

/** One reader, cumulative; it collects after every round, since the SDK keeps more from then on. */
async function gauge(): Promise<Subject> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const cardinalityLimits = { default: 100_000 }
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, cardinalityLimits })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench')
  const gauges = new Map(['warm', 'measured'].map((family) => [family, meter.createGauge(family)]))
  return {
    record: (family, series, value) => gauges.get(family)?.record(value, attributes(series)),
    tick: () => reader.collect(),
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

const weighed = (make: () => Promise<Subject>): Case => ({
  flags: ['--expose-gc'],
  async run() {
    const { record, tick, held } = await make()
    const fill = async (family: string, signals: number): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        for (let i = 0; i < signals; i++) record(family, i, 100 + ((7 * i + 11 * round) % 13) / 3)
        await tick()
      }
    }
    await fill('warm', 500)
    const before = used()
    await fill('measured', SIGNALS)
    const bytes = (used() - before) / SIGNALS
    if ((await held()) !== SIGNALS + 500) throw new Error('signals were lost')
    return { bytes }
  },
})

await benchmark({
  name: 'memory',
  rounds: 5,
  cases: {
    ewma: weighed(() => monitor(ewma())),
    seasonal: weighed(() => monitor(seasonal())),
    auto: weighed(() => monitor(auto())),
    'gauge, two attributes': weighed(gauge),
  },
  rows(values) {
    const theirs = Math.round(median(values('gauge, two attributes', 'bytes')))
    const bytes = (of: string, limits: Limits): Row => ({
      ...amountRow(`bytes a signal, index included: ${of}`, ' B', values(of, 'bytes'), limits),
      against: `OpenTelemetry gauge, two attributes: ${theirs} B`,
    })
    return [
      bytes('ewma', { must: 600, aim: 250 }),
      bytes('seasonal', { must: 3_500, aim: 1_600 }),
      bytes('auto', { must: 3_500, aim: 2_000 }),
    ]
  },
})
